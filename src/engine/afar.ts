import type { Micros } from '../model/attempt.ts';
import type { Notice } from '../model/notice.ts';
import type { Analyser } from '../plugin/api.ts';

/** An analyser in another process: what it is told it answers later. */
export interface AfarAnalyser extends Analyser {
  /**
   * Sends what it is still to be told.
   * @param now capture time
   */
  send(now: Micros): void;
  /**
   * Emits what it has told by now.
   * @param tell takes what a person should know of it
   */
  collect(tell: (notice: Notice) => void): void;
  /**
   * Resolves when it has answered all that was sent, or is given up.
   * @param save what it knows is wanted, too: all of it
   */
  settled(save: boolean): Promise<void>;
  /** Begins anew where it was given up. @returns whether it was */
  retry(): boolean;
}

export function isAfar(analyser: Analyser): analyser is AfarAnalyser {
  return 'settled' in analyser;
}
