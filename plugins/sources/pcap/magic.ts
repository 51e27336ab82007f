import type { Compression } from './inflate.ts';

/** What a capture starts with. */
export type Format = 'pcap' | 'pcapng';

/** Bytes that settle what a file is: as many as the longest magic below. */
export const MAGIC_LENGTH = 4;

/** The first four bytes as they lie, most significant first. */
function firstWord(bytes: Uint8Array): number {
  return ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;
}

/** Tells pcap from pcapng by the first four bytes; `null` for anything else. */
export function formatOf(bytes: Uint8Array): Format | null {
  if (bytes.length < MAGIC_LENGTH) return null;
  switch (firstWord(bytes)) {
    case 0xa1b2c3d4:
    case 0xd4c3b2a1:
    case 0xa1b23c4d:
    case 0x4d3cb2a1:
    case 0xa1b2cd34:
    case 0x34cdb2a1:
      return 'pcap';
    case 0x0a0d0d0a:
      return 'pcapng';
    default:
      return null;
  }
}

/** RFC 1952 2.3.1 (deflate is the only method) and RFC 8878 3.1.1; zstd may begin with a skippable frame (3.1.2). */
export function compressionOf(bytes: Uint8Array): Compression | null {
  if (bytes.length < MAGIC_LENGTH) return null;
  const word = firstWord(bytes);
  if (word >>> 8 === 0x1f8b08) return 'gzip';
  if (word === 0x28b52ffd || (word & 0xf0ffffff) >>> 0 === 0x502a4d18) return 'zstd';
  return null;
}
