/** Durations and sizes as people write them. */

/** Microseconds a unit. */
const DURATION_UNITS: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** Bytes a unit: IEC 80000-13 for the binary ones, SI for the decimal. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** For the JSON Schema; also what is decoded here. */
export const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?(us|ms|s|m|h|d)$';
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?(B|KB|MB|GB|KiB|MiB|GiB)?$';

const DURATION = new RegExp(DURATION_PATTERN);
const SIZE = new RegExp(SIZE_PATTERN);

/** `3.5s` to microseconds, whole ones; `null` where it is no duration. */
export function parseDuration(text: string): number | null {
  const unit = DURATION.exec(text)?.[2];
  if (unit === undefined) return null;
  return Math.round(Number(text.slice(0, -unit.length)) * DURATION_UNITS[unit]);
}

/** `64KiB` to bytes, whole ones; `null` where it is no size. */
export function parseSize(text: string): number | null {
  if (!SIZE.test(text)) return null;
  const unit = /[A-Za-z]+$/.exec(text)?.[0] ?? '';
  const number = Number(text.slice(0, text.length - unit.length));
  return Math.floor(number * (unit === '' ? 1 : SIZE_UNITS[unit]));
}
