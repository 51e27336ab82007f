import type { Micros } from '../model/attempt.ts';

/** What a pipeline has taken in so far. */
export interface Intake {
  frames: number;
  bytes: number;
  segments: number;
  /** Times of the first and the newest frame; NaN before the first. */
  first: Micros;
  last: Micros;
}

export function emptyIntake(): Intake {
  return { frames: 0, bytes: 0, segments: 0, first: Number.NaN, last: Number.NaN };
}
