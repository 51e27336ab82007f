const STEPS = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Scaled to 1 to 999 of a power of 1000: the digits and the prefix. */
function scale(count: number): [digits: string, prefix: string] {
  let value = Math.abs(count);
  let step = 0;
  while (value >= 999.5 && step < STEPS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = value < 9.95 && step > 0 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0);
  return [count < 0 ? `-${digits}` : digits, STEPS[step]];
}

/** A count for people: exact up to 9,999, then `12 k`, `1.2 M`, `3.4 G`. */
export function formatCount(count: number): string {
  if (Math.abs(count) < 10_000) return groupDigits(count);
  const [digits, prefix] = scale(count);
  return `${digits} ${prefix}`.trimEnd();
}

/** A count for a narrow column: exact up to 99999, then `123k`, `1.2M`. */
export function formatCountTight(count: number): string {
  return Math.abs(count) < 100_000 ? String(count) : scale(count).join('');
}

/** Every digit, in groups of three: `1,234,567`. */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 packet`, `1,234,567 packets`: every digit. */
export function countedExactly(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}

/** Bytes in decimal units, as links and disks are sold: `980 B`, `1.1 GB`. */
export function formatBytes(bytes: number): string {
  const [digits, prefix] = scale(bytes);
  return `${digits} ${prefix}B`;
}

/** `1 packet`, `2 packets`, `1.2 M packets`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
