import type { Address, Micros } from '../model/attempt.ts';
import type { Explanation } from '../model/explanation.ts';

/** The machine that captures, for those who judge its ports. */
export interface OwnHost {
  /**
   * A SYN at one of its own addresses stays unanswered: from now on, and for as
   * long as this is said, it is looked for why. Saying it twice counts once;
   * other machines' addresses are passed over.
   * @param client its address
   * @param sent when the SYN was captured
   */
  unanswered(server: Address, client: string, sent: Micros): void;
  /**
   * By what was found up to now.
   * @param since when the port fell silent
   * @returns `null` for a port of another machine
   */
  explain(server: Address, since: Micros): Explanation | null;
}

/** What a source that captures on its own machine hands to the engine. */
export interface HostProbe extends OwnHost {
  /** The machine's own addresses, as text, a few seconds old at most; the same array while nothing changes. */
  addresses(): readonly string[];
}
