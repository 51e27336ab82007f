import { FAR_AHEAD } from '../flow/syn-run.ts';
import type { Micros } from '../model/attempt.ts';
import type { FrameBatch } from '../plugin/api.ts';

export function bytesOnWire({ wire, count }: FrameBatch): number {
  // Two sums: each addition waits for the one before it.
  let even = 0;
  let odd = 0;
  for (let i = 1; i < count; i += 2) {
    even += wire[i - 1];
    odd += wire[i];
  }
  return even + odd + ((count & 1) === 1 ? wire[count - 1] : 0);
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
