import { FAR_AHEAD } from '../flow/syn-run.ts';
import type { Micros } from '../model/attempt.ts';
import type { FrameBatch } from '../plugin/api.ts';

export function bytesOnWire({ wire, count }: FrameBatch): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += wire[i];
  return total;
}

/**
 * Whether a frame's time leaps ahead while the next frame is back where we
 * were: a damaged time, or another capture's clock.
 */
export function leaps({ time, count }: FrameBatch, i: number, newest: Micros): boolean {
  const at = time[i];
  if (!(at - newest >= FAR_AHEAD) || i + 1 === count) return false;
  const next = time[i + 1];
  return at - next >= FAR_AHEAD && next >= newest - FAR_AHEAD;
}
