import type { Micros } from '../model/attempt.ts';
import type { Notice } from '../model/notice.ts';
import type { Analyser, Attempt } from '../plugin/api.ts';
import type { Segment } from '../wire/segment.ts';

/** An analyser in another process: what it is told it answers later. */
export interface AfarAnalyser extends Analyser {
  /** Names of a source and its interfaces, by index, before the first row that names them so. */
  places(origin: number, source: string, interfaces: readonly string[]): void;
  /**
   * A segment that it reads: see `SegmentTap` and `writeRow`.
   * @param place see segment-rows.ts
   */
  row(s: Segment, times: Float64Array, i: number, place: number, aside: boolean): void;
  /**
   * Sends what it is still to be told.
   * @param now capture time
   */
  send(now: Micros): void;
  /** Somebody awaits attempts with its notes on them: they are kept until it has answered. */
  holds: boolean;
  /**
   * Emits what it has told by now.
   * @param tell takes what a person should know of it
   * @param hand takes attempts that were awaited, in order
   */
  collect(tell: (notice: Notice) => void, hand: (attempt: Attempt) => void): void;
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
