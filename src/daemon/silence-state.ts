import type { Spoken } from '../telling/ledger.ts';
import type { Daemon } from './state.ts';

/** Where a silence stands, by the clocks of the sources. */
export type SilenceState = 'to come' | 'holds' | 'over';

/** A capture being read has its own time; all else the machine's. */
export function stateOf({ engine }: Daemon, { from, until }: Spoken): SilenceState {
  const clocks = engine.pipelines
    .filter(({ intake }) => !Number.isNaN(intake.last))
    .map(({ finite, intake }) => (finite ? intake.last : Date.now() * 1000));
  if (clocks.length === 0) clocks.push(Date.now() * 1000);
  if (clocks.some((now) => now >= from && now < until)) return 'holds';
  return clocks.some((now) => now < from) ? 'to come' : 'over';
}
