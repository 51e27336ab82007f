/** Whether somebody keeps the clock that stamps packets; see adjtimex(2). */
import { endianness } from 'node:os';
import { loadLibc } from './libc.ts';

/** `struct timex` of 64-bit Linux: 208 octets, with room for what may come. */
const TIMEX_SIZE = 512;
const MAX_ERROR_AT = 24;
const STATUS_AT = 40;

const STA_UNSYNC = 0x40;

export interface ClockState {
  readonly synchronised: boolean;
  /** The kernel's bound on the clock's error, seconds. */
  readonly mostOff: number;
}

/** `null` where the kernel does not say. */
export function clockState(): ClockState | null {
  const timex = new Uint8Array(TIMEX_SIZE);
  if (loadLibc().adjtimex(timex) < 0) return null;
  const view = new DataView(timex.buffer);
  const little = endianness() === 'LE';
  return {
    synchronised: (view.getInt32(STATUS_AT, little) & STA_UNSYNC) === 0,
    mostOff: Number(view.getBigInt64(MAX_ERROR_AT, little)) / 1e6,
  };
}
