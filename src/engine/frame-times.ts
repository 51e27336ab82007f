import { FAR_AHEAD } from '../flow/syn-run.ts';
import type { Micros } from '../model/attempt.ts';
import type { FrameBatch } from '../plugin/api.ts';

export function bytesOnWire({ wire, count }: FrameBatch): number {
  // Four sums: each addition waits for the one before it.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 3;
  for (; i < count; i += 4) {
    a += wire[i - 3];
    b += wire[i - 2];
    c += wire[i - 1];
    d += wire[i];
  }
  for (i -= 3; i < count; i++) a += wire[i];
  return a + b + c + d;
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
