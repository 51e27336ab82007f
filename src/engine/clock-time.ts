import type { Micros } from '../model/attempt.ts';
import { formatTime } from '../plugin/api.ts';

/** A moment in a notice's text: `2026-09-21T14:13:20Z`. */
export function clockTime(time: Micros): string {
  return `${formatTime(time).slice(0, 19)}Z`;
}
