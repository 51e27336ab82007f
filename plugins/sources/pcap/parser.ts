import type { FrameBatch, RecordBlock } from 'unackd';
import type { Window } from './window.ts';

/** Takes frames out of one capture's bytes. Pulls nothing in itself: it says what it lacks. */
export interface FrameParser {
  /**
   * Appends frames from the window to the batch and moves `window.start` past
   * them. `full`: the batch is; `short`: the next record is not whole, `need`
   * bytes from `start` are; `damaged`: what stands at `start` can't be a
   * record, `fault` says why; `lent`: the batch's reader takes what it likes of
   * the window's records, until `takeBack`.
   */
  parse(window: Window, batch: FrameBatch): 'full' | 'short' | 'damaged' | 'lent';
  /** After `lent`, and before anything else: goes on behind what was taken. */
  takeBack?(window: Window, records: RecordBlock): void;
  readonly need: number;
  readonly fault: string;
  /** After damage: moves `start` to the next record that convinces. `short` as above; `lost`: there is none near. */
  resync(window: Window): 'found' | 'short' | 'lost';
  /**
   * At the file's end, of a record that is not whole: whether it was not cut off,
   * but claims too much. Then moves `start` to the next one behind it; `fault` says why.
   */
  passOver(window: Window): boolean;
  /** What a person should know at the end of the file. */
  remarks(): readonly Remark[];
}

export interface Remark {
  /** A notice's code. */
  readonly code: string;
  readonly text: string;
}
