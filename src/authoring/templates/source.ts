import type { Template } from './template.ts';

/** Reads packets that are written as hexadecimal digits, a line each. */
export const source: Template = {
  does: 'Reads packets written as lines of text: seconds since 1970, then octets in hexadecimal.',
  plugin: (name) => `import { readFileSync } from 'node:fs';
import { defineSource, InputError } from 'unackd';
import type { FrameBatch } from 'unackd';

/** IP packets without a link layer: LINKTYPE_RAW, as registered at tcpdump.org. */
const LINKTYPE_RAW = 101;

/** A line: \`1790000000.000000 4500003c...\` */
const LINE = /^(?<seconds>\\d+)\\.(?<micros>\\d{6}) (?<octets>(?:[0-9a-f]{2})+)$/;

interface Frame {
  /** Microseconds since 1970. */
  readonly time: number;
  readonly octets: Uint8Array;
}

function readFrames(path: string): readonly Frame[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(66, \`\${path}: \${(error as Error).message}\`);
  }
  return text.split('\\n').flatMap((line) => {
    const { seconds, micros, octets } = LINE.exec(line)?.groups ?? {};
    if (octets === undefined) return [];
    return [{ time: Number(\`\${seconds}\${micros}\`), octets: Buffer.from(octets, 'hex') }];
  });
}

/** Puts as many frames into the batch as it has room for. */
function fill(batch: FrameBatch, frames: readonly Frame[]): void {
  const taken = frames.slice(0, batch.capacity);
  batch.bytes = Buffer.concat(taken.map(({ octets }) => octets));
  batch.count = taken.length;
  let at = 0;
  for (const [i, { time, octets }] of taken.entries()) {
    batch.offset[i] = at;
    batch.captured[i] = octets.length;
    batch.wire[i] = octets.length;
    batch.time[i] = time;
    batch.iface[i] = 0;
    at += octets.length;
  }
}

export default defineSource({
  api: 1,
  name: '${name}',
  doc: 'Reads packets written as lines of hexadecimal digits.',
  options: {
    path: { type: 'path', reads: true, default: '${name}.txt', doc: 'file to read' },
  },
  create({ path }) {
    let frames: readonly Frame[] | null = null;
    return {
      interfaces: [{ name: path, linkType: LINKTYPE_RAW, filter: null, snapLength: 0 }],
      // Called again and again, until it says that there is no more.
      read(batch) {
        frames ??= readFrames(path);
        fill(batch, frames);
        frames = frames.slice(batch.count);
        return frames.length > 0;
      },
    };
  },
});
`,
  test: (name) => `import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { samplePackets, trySource } from 'unackd/testing';
import plugin from './${name}.ts';

/** Made-up packets as the source's file has them. */
function written(): string {
  return samplePackets()
    .map(({ time, frame }) => {
      const digits = String(time);
      return \`\${digits.slice(0, -6)}.\${digits.slice(-6)} \${Buffer.from(frame).toString('hex')}\\n\`;
    })
    .join('');
}

describe('${name}', () => {
  it('brings each packet with its time', async () => {
    const folder = mkdtempSync(join(tmpdir(), '${name}-'));
    try {
      writeFileSync(join(folder, 'packets.txt'), \`# a comment\\n\${written()}\`);
      const { frames } = await trySource(plugin, { path: 'packets.txt' }, folder);
      assert.deepEqual(
        frames.map(({ time, bytes }) => [time, Buffer.from(bytes)]),
        samplePackets().map(({ time, frame }) => [time, Buffer.from(frame)]),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says which file is not there', async () => {
    await assert.rejects(trySource(plugin, { path: '/nowhere/packets.txt' }), /packets\\.txt/);
  });
});
`,
  options: [['path', '${name}.txt', 'file to read']],
  files: (name) => [[`${name}.txt`, SYN_AND_ANSWER]],
  configuration: (name) => `sources:
  mine:
    use: ./${name}
    path: ${name}/${name}.txt
    permissions: { read: [${name}] }
sinks:
  lines: { use: jsonl, path: '-', from: [attempts] }
`,
};

/** A SYN from 10.2.0.1 to 10.1.0.1 port 8000, its SYN-ACK and the ACK. */
const SYN_AND_ANSWER = [
  '1790000000.000000 450000280000000040060000' +
    '0a0200010a010001' +
    '9eb21f40105ffe0e000000005002faf000000000',
  '1790000000.020000 450000280000000040060000' +
    '0a0100010a020001' +
    '1f409eb200001000105ffe0f5012faf000000000',
  '1790000000.022000 450000280000000040060000' +
    '0a0200010a010001' +
    '9eb21f40105ffe0f000010015010faf000000000',
  '',
].join('\n');
