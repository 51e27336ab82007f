import { lookAtConfiguration } from './configuration.ts';
import { fail, messageOf } from './finding.ts';
import type { Finding } from './finding.ts';
import { lookAtLoopback } from './loopback.ts';
import { lookAtCapture, lookAtClock, lookAtProgram } from './machine.ts';
import { lookAtRights } from './rights.ts';

export interface Examination {
  /** A configuration to look at as well. */
  readonly config: string | undefined;
  /** Sends a test alert through each of its sinks. */
  readonly send: boolean;
}

/** Looks at everything, one after the other; each finding as soon as it is there. */
export async function* examine({ config, send }: Examination): AsyncGenerator<Finding> {
  const found: Finding[] = [];
  const able = (): boolean =>
    !found.some(({ check, state }) => state === 'fail' && /^(?:rights|libpcap)$/u.test(check));
  const looks: readonly (readonly [check: string, look: () => Finding[] | Promise<Finding[]>])[] = [
    ['program', lookAtProgram],
    ['rights', lookAtRights],
    ['libpcap', lookAtCapture],
    ['self-test', () => lookAtLoopback(able())],
    // Behind what takes a while: a clock that leaps has had time to.
    ['clock', () => lookAtClock()],
    ...(config === undefined
      ? []
      : [['configuration', () => lookAtConfiguration(config, send)] as const]),
  ];
  for (const [check, look] of looks) {
    for (const finding of await guarded(check, look)) {
      found.push(finding);
      yield finding;
    }
  }
}

/** A look that fails is a finding, and keeps none of the others from being taken. */
async function guarded(
  check: string,
  look: () => Finding[] | Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [fail(check, messageOf(error))];
  }
}
