/** At most three digits that say something, and no zeros after them. */
function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/**
 * A span of time for people: `0 s`, `26 us`, `345 ms`, `1.02 s`, `33.5 s`,
 * `2 min 4 s`, `3 h 5 min`, `2 d 3 h`. Two units at most; the last is rounded.
 *
 * @param seconds anything below 0 is said with a minus; not finite is `?`
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  const microseconds = Math.round(seconds * 1e6);
  if (microseconds === 0) return '0 s';
  if (microseconds < 1000) return `${microseconds} us`;
  if (microseconds < 999_500) return `${threeDigits(microseconds / 1000)} ms`;
  if (microseconds < 59_950_000) return `${threeDigits(microseconds / 1e6)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return twoUnits(whole, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return twoUnits(minutes, 60, 'h', 'min');
  return twoUnits(Math.round(seconds / 3600), 24, 'd', 'h');
}

/** Seconds however many, as timers are told: `1 s`, `64.9 s`, `127 s`. */
export function formatSeconds(seconds: number): string {
  return `${threeDigits(seconds)} s`;
}

function twoUnits(count: number, ratio: number, unit: string, smaller: string): string {
  const rest = count % ratio;
  const first = `${Math.floor(count / ratio)} ${unit}`;
  return rest === 0 ? first : `${first} ${rest} ${smaller}`;
}
