/** Keys that earlier versions had, and what stands in their place. */
import type { FaultLog } from './fault-log.ts';
import type { Entry } from './value.ts';

export interface ChangedKey {
  /** Whose key it was, as faults name it: a plugin, `flow`, `the configuration`. */
  readonly owner: string;
  readonly key: string;
  /** The first version that does not have it. */
  readonly since: string;
  /** The key of the same owner that takes its value as it stands; `null` where more than the name changed. */
  readonly becomes: string | null;
  /** The new form, as one would write it: `attempts: 3`. */
  readonly form: string;
}

/** None up to now. One that is here stays for good: configurations grow old. */
export const CHANGED_KEYS: readonly ChangedKey[] = [];

/**
 * Tells that a key is called otherwise by now (a warning: it does what it did),
 * or is no more (an error).
 * @param has whether a key stands beside it
 * @returns the key that takes its value, `null` where none does; `undefined` where `owner` never had it
 */
export function tellChanged(
  { key, keySpan }: Entry,
  owner: string,
  table: readonly ChangedKey[],
  has: (key: string) => boolean,
  log: FaultLog,
): string | null | undefined {
  const found = table.find((one) => one.key === key && one.owner === owner);
  if (found === undefined) return undefined;
  const { since, becomes, form } = found;
  if (becomes === null) {
    const message = `'${key}' of ${owner} is no more since ${since}`;
    log.error('changed-key', keySpan, message, `in its place: ${form}`);
    return null;
  }
  if (has(becomes)) {
    const message = `'${key}' of ${owner} is '${becomes}' since ${since}, and both are here`;
    log.error('changed-key', keySpan, message, `leave '${key}' out`);
    return null;
  }
  const message = `'${key}' of ${owner} is called '${becomes}' since ${since}`;
  log.warning('renamed-key', keySpan, message, `write ${form}`);
  return becomes;
}
