import type { FaultLog, Span } from './fault-log.ts';
import { didYouMean } from './spelling.ts';

/** Those of a list that are words of `known`; the others are told. */
export function wordsOf<const W extends string>(
  name: string,
  list: readonly string[] | undefined,
  known: readonly W[],
  span: Span,
  log: FaultLog,
): W[] {
  for (const word of list ?? []) {
    if (known.some((one) => one === word)) continue;
    const hint = didYouMean(word, known, 'one of');
    log.error('unknown-value', span, `'${name}' can't be '${word}'`, hint);
  }
  return known.filter((one) => list?.includes(one));
}
