/** Captures as octets: hex with comments, and small builders for the tests that need many. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Hex with white space and `# comments` to bytes. */
export function octets(text: string): Buffer {
  const hex = text.replaceAll(/#.*$/gmu, '').replaceAll(/\s+/gu, '');
  if (!/^(?:[0-9a-f]{2})*$/u.test(hex)) throw new Error(`not hex: ${hex}`);
  return Buffer.from(hex, 'hex');
}

/** A folder for one test file, with a way to put captures into it; removed afterwards. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'unackd-pcap-'));

  put(name: string, bytes: Uint8Array | string): string {
    const path = join(this.path, name);
    writeFileSync(path, bytes);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

export interface Record {
  /** Microseconds. */
  readonly time: number;
  readonly data: string;
}

/** A little-endian pcap of Ethernet frames. */
export function pcapOf(records: readonly Record[]): Buffer {
  const header = octets('d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000');
  return Buffer.concat([header, ...records.map(recordOf)]);
}

function recordOf({ time, data }: Record): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(time / 1e6), 0);
  header.writeUInt32LE(time % 1e6, 4);
  header.writeUInt32LE(data.length / 2, 8);
  header.writeUInt32LE(data.length / 2, 12);
  return Buffer.concat([header, Buffer.from(data, 'hex')]);
}

/** Any pcapng block in little endian, padded, with both lengths. */
export function blockOf(type: number, body: Uint8Array): Buffer {
  const padded = Math.ceil(body.length / 4) * 4;
  const block = Buffer.alloc(12 + padded);
  block.writeUInt32LE(type, 0);
  block.writeUInt32LE(block.length, 4);
  block.set(body, 8);
  block.writeUInt32LE(block.length, block.length - 4);
  return block;
}

export const SECTION = blockOf(0x0a0d0d0a, octets('4d3c2b1a 0100 0000 ffffffffffffffff'));

/** An Ethernet interface without options. */
export const ETHERNET = blockOf(1, octets('0100 0000 00000000'));

/** An enhanced packet block with a time in microseconds. */
export function enhancedOf({ time, data }: Record, iface = 0): Buffer {
  const body = Buffer.alloc(20 + data.length / 2);
  body.writeUInt32LE(iface, 0);
  body.writeUInt32LE(Math.floor(time / 2 ** 32), 4);
  body.writeUInt32LE(time % 2 ** 32, 8);
  body.writeUInt32LE(data.length / 2, 12);
  body.writeUInt32LE(data.length / 2, 16);
  body.write(data, 20, 'hex');
  return blockOf(6, body);
}

export function pcapngOf(records: readonly Record[]): Buffer {
  return Buffer.concat([SECTION, ETHERNET, ...records.map((record) => enhancedOf(record))]);
}

/** 2023-11-14T22:13:20Z. */
export const START = 1_700_000_000e6;

/** Packets a second apart, each with its own bytes and an odd length now and then. */
export function recordsFrom(time: number, count: number, step = 1e6): Record[] {
  return Array.from({ length: count }, (_, i) => ({
    time: time + i * step,
    data: `${i.toString(16).padStart(8, '0')}${'5a'.repeat(16 + (i % 5))}`,
  }));
}
