/** SYNs of frames that claim impossible lengths: IPv4's total length is 0, as in what is left to the card to cut up. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords } from '../support/read-records.ts';

const FRAME = Buffer.from(
  (
    '000000000000000000000000 0800' +
    '4500 0000 0001 0000 4006 0000 0a020001 0a010001' +
    '9c40 01bb 000003e8 00000000 5002 ffff 0000 0000'
  ).replaceAll(' ', ''),
  'hex',
);
const SYN_FIN = 0x03;
const [CLIENT_PORT, FLAGS] = [34, 47];

function pcapOf(lengths: readonly (readonly [wire: number, flags: number])[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt32LE(0x0004_0002, 4);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  const records = lengths.flatMap(([wire, flags], i) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_790_000_000 + i, 0);
    record.writeUInt32LE(FRAME.length, 8);
    record.writeUInt32LE(wire, 12);
    const frame = Buffer.from(FRAME);
    frame.writeUInt16BE(40_000 + i, CLIENT_PORT);
    frame[FLAGS] = flags;
    return [record, frame];
  });
  return Buffer.concat([header, ...records]);
}

describe('a SYN in a frame of an impossible length', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unackd-long-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is an attempt like any other', async () => {
    const wires = [54, 54 + 65_535, 54 + 65_536, 0x1ff_fff0, 0x7fff_ffff, 0xffff_ffff];
    const file = join(folder, 'long.pcap');
    writeFileSync(
      file,
      pcapOf([...wires.map((wire) => [wire, 0x02] as const), [54 + 65_535, SYN_FIN]]),
    );
    const { attempts } = await readRecords(file);
    const found = attempts.map(({ client, isn }) => ({ client, isn }));
    assert.deepEqual(
      found,
      Array.from({ length: wires.length + 1 }, (_, i) => ({
        client: { ip: '10.2.0.1', port: 40_000 + i },
        isn: 1000,
      })),
    );
  });
});
