/** What the machine that captures says about the silence of its own ports. */
import type { CauseName } from './endpoint.ts';

/** Something that the machine counts or is configured to do, and that would explain the silence. */
export interface Finding {
  readonly cause: CauseName;
  /** 0 to 1: how much of the silence it explains, and how surely. */
  readonly strength: number;
  /** One sentence with its numbers; a firewall's rule as the administrator would write it. */
  readonly because: string;
}

/** Why one of the machine's own ports leaves SYNs unanswered. */
export interface Explanation {
  /** An answer could not have left unseen: the silence is the machine's own, whatever its reason. */
  readonly certain: boolean;
  /** Why it is or is not certain: one sentence. */
  readonly because: string;
  /** Strongest first. */
  readonly findings: readonly Finding[];
  /** Causes that the machine's own counters speak against. */
  readonly ruledOut: readonly CauseName[];
}
