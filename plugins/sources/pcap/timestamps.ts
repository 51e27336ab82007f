/** pcapng's if_tsresol and if_tsoffset (draft-ietf-opsawg-pcapng, Interface Description Block). */

/** How an interface counts its time. */
export interface Clock {
  /** if_tsresol as written: a negative power of 10, or of 2 where the top bit is set. Without the option: 6. */
  readonly resolution: number;
  /** if_tsoffset in microseconds. */
  readonly offset: number;
}

export const MICRO = 6;
export const NANO = 9;

/**
 * Two 32-bit halves of a count of the clock's units to whole microseconds,
 * finer digits cut. Exact: 64 bits of nanoseconds do not fit a double, so they
 * are divided half by half (2^32 = 4294967 * 1000 + 296).
 */
export function toMicros(clock: Clock, high: number, low: number): number {
  if (clock.resolution === MICRO) return high * 4294967296 + low + clock.offset;
  if (clock.resolution === NANO) {
    return high * 4294967 + Math.floor((high * 296 + low) / 1000) + clock.offset;
  }
  return Number(inUnits(clock, high, low, 1_000_000n)) + clock.offset;
}

/** Whole nanoseconds beyond what `toMicros` gives, 0 to 999. */
export function nanosBeyond(clock: Clock, high: number, low: number): number {
  if (clock.resolution === MICRO) return 0;
  if (clock.resolution === NANO) return (high * 296 + low) % 1000;
  return Number(inUnits(clock, high, low, 1_000_000_000n) % 1000n);
}

/** Whether the clock counts finer than microseconds; 2^-20 s is the first such power of 2. */
export function isFiner({ resolution }: Clock): boolean {
  return (resolution & 0x80) === 0 ? resolution > MICRO : (resolution & 0x7f) >= 20;
}

function inUnits(clock: Clock, high: number, low: number, wanted: bigint): bigint {
  const exponent = BigInt(clock.resolution & 0x7f);
  const unitsPerSecond = (clock.resolution & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
  const units = (BigInt(high) << 32n) | BigInt(low);
  return (units * wanted) / unitsPerSecond;
}
