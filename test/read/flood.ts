import { pcapHeader } from './octets.ts';

const ETHERNET = 1;
const FRAME = 54;
const RECORD = 16 + FRAME;

/** A capture of lone SYNs from as many addresses to 10.1.0.1:80, `gap` microseconds apart. */
export function floodOf(count: number, gap: number): Uint8Array {
  const file = Buffer.alloc(24 + count * RECORD);
  file.set(pcapHeader(ETHERNET));
  for (let i = 0; i < count; i++) {
    const at = 24 + i * RECORD;
    const time = i * gap;
    file.writeUInt32LE(1_700_000_000 + Math.floor(time / 1e6), at);
    file.writeUInt32LE(time % 1e6, at + 4);
    file.writeUInt32LE(FRAME, at + 8);
    file.writeUInt32LE(FRAME, at + 12);
    const ip = at + 16 + 14;
    file.writeUInt16BE(0x0800, ip - 2);
    file[ip] = 0x45;
    file.writeUInt16BE(40, ip + 2);
    file[ip + 8] = 64; // TTL
    file[ip + 9] = 6; // TCP
    file.writeUInt32BE(0x0b00_0000 + i, ip + 12);
    file.writeUInt32BE(0x0a01_0001, ip + 16);
    const tcp = ip + 20;
    file.writeUInt16BE(1024 + (i % 60_000), tcp);
    file.writeUInt16BE(80, tcp + 2);
    file.writeUInt32BE(i, tcp + 4);
    file[tcp + 12] = 0x50;
    file[tcp + 13] = 0x02; // SYN
    file.writeUInt16BE(1024, tcp + 14);
  }
  return file;
}
