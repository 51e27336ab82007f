/** The frame of every pcapng block (draft-ietf-opsawg-pcapng, General Block Structure). */
import { LARGEST_RECORD } from 'unackd';

export const BLOCK = {
  interfaceDescription: 1,
  /** Obsolete, older than the enhanced one. */
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
  systemdJournal: 9,
  decryptionSecrets: 10,
  custom: 0x00000bad,
  customNoCopy: 0x40000bad,
  /** A palindrome: the same in both byte orders. */
  sectionHeader: 0x0a0d0d0a,
} as const;

const KNOWN: ReadonlySet<number> = new Set(Object.values(BLOCK));

/** Type, length, length. */
export const BLOCK_OVERHEAD = 12;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** The byte order of the section whose header block starts at `at` (12 bytes must be there); `null` where it is none. */
export function sectionOrder(view: DataView, at: number): 'little' | 'big' | null {
  if (view.getUint32(at + 8) === BYTE_ORDER_MAGIC) return 'big';
  return view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC ? 'little' : null;
}

/** A multiple of four that holds the overhead and is not past the limit. */
export function isPossibleLength(length: number): boolean {
  return length >= BLOCK_OVERHEAD && length % 4 === 0 && length <= LARGEST_RECORD;
}

/** Whether a block of a known type, with both lengths alike, lies at `at`. */
export function isPlausibleBlock(
  littleEndian: boolean,
  view: DataView,
  at: number,
  end: number,
): boolean | 'short' {
  if (end - at < BLOCK_OVERHEAD) return 'short';
  const type = view.getUint32(at, littleEndian);
  if (!KNOWN.has(type)) return false;
  let order = littleEndian;
  if (type === BLOCK.sectionHeader) {
    const named = sectionOrder(view, at);
    if (named === null) return false;
    order = named === 'little';
  }
  const length = view.getUint32(at + 4, order);
  if (!isPossibleLength(length)) return false;
  if (length > end - at) return 'short';
  return view.getUint32(at + length - 4, order) === length;
}

/** Where the options' values lie, by code; of a repeated option the first. Stops at what is no option. */
export function readOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
): ReadonlyMap<number, DataView> {
  const options = new Map<number, DataView>();
  let at = start;
  while (end - at >= 4) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === 0 || length > end - at - 4) break;
    if (!options.has(code)) {
      options.set(code, new DataView(view.buffer, view.byteOffset + at + 4, length));
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return options;
}

/** UTF-8 text without a closing zero; control characters, which would reach people's terminals, become `?`. */
export function optionText(value: DataView): string {
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const text = new TextDecoder().decode(bytes).replace(/\0+$/u, '');
  return text.replaceAll(/\p{Cc}/gu, '?');
}
