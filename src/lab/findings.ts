/** What an experiment brought to light. */
import type { LadderHandshake } from '../face/ladder-types.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Result } from './messages.ts';

/** Turns that an experiment takes, in this order. */
export type Turn = 'begun' | 'fault' | 'cleared' | 'ended';

/** Times in milliseconds of `Date.now`: the fault stood between them, but for the moments that a command takes. */
export interface Findings {
  readonly server: string;
  /** Just before it began. */
  readonly fault: number;
  /** Just after it was cleared. */
  readonly cleared: number;
  /** What every connection came to. */
  readonly results: readonly Result[];
  /** As the verdicts stood just before the fault was cleared. */
  readonly endpoints: readonly Endpoint[];
  readonly handshakes: readonly LadderHandshake[];
}

/** Who shows it. */
export interface Reporter {
  /** Something happens now, or was found, in a clause. */
  say(turn: Turn | null, text: string): void;
  incident(incident: Incident): void;
  notice(notice: Notice): void;
  findings(findings: Findings): void;
}
