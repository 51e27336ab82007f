/** Records that a file lends give what its frames give, all indexed, in portions of any size. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { buildCapture } from '../cases/support/build-capture.ts';
import { sequences } from '../fuzz/random-packets.ts';
import { Random } from '../simulator/random.ts';
import { CAPTURE } from '../simulator/scenario.ts';
import type { CaptureSpec } from '../simulator/scenario.ts';
import { scenario, SCENARIO_NAMES } from '../simulator/scenarios.ts';
import { simulate } from '../simulator/simulate.ts';
import { readRecordsWith } from '../support/read-records.ts';
import type { Read } from '../support/read-records.ts';

const HEADER = 24;
const RECORD = 16;
/** A small one: many frames are the last of it. */
const PORTION = 3;
/** Of a frame without options in its headers; SYN, FIN and RST. */
const FLAGS = 47;
const NO_DATA = 0x07;

/** Where the frames of a little-endian pcap file begin. */
function recordsOf(capture: Uint8Array): number[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const found: number[] = [];
  for (let at = HEADER; at < capture.length; at += RECORD + view.getUint32(at + 8, true)) {
    found.push(at + RECORD);
  }
  return found;
}

/** The file with only those frames that neither open nor close: nothing ever falls due. */
function dataOf(capture: Uint8Array): Uint8Array {
  const records = recordsOf(capture);
  const ends = [...records.slice(1).map((next) => next - RECORD), capture.length];
  const parts = records.flatMap((at, i) =>
    (capture[at + FLAGS] & NO_DATA) === 0 ? [capture.subarray(at - RECORD, ends[i])] : [],
  );
  return Buffer.concat([capture.subarray(0, HEADER), ...parts]);
}

/** A third of a scenario, with data behind its handshakes. */
function captureOf(name: (typeof SCENARIO_NAMES)[number], spec: Partial<CaptureSpec> = {}) {
  const drawn = scenario(name);
  const conversation = { requests: 6, responseBytes: 9000, think: 0.02 };
  const clients = drawn.clients.map((client) => ({ ...client, conversation }));
  const capture = { ...CAPTURE, ...drawn.capture, ...spec };
  return simulate({ ...drawn, clients, duration: drawn.duration / 3, capture }).capture;
}

describe('lent records', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'unackd-lent-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Reads it both ways. @returns what both gave */
  async function same(bytes: Uint8Array): Promise<Read> {
    const file = join(folder, 'some.pcap');
    writeFileSync(file, bytes);
    const lent = await readRecordsWith({ updates: true }, file);
    const { pipeline: one, ...records } = lent;
    for (const portion of [1024, PORTION]) {
      const indexed = await readRecordsWith({ updates: true, portion }, file);
      const { pipeline: other, ...expected } = indexed;
      assert.deepEqual(one.intake, other.intake);
      assert.deepEqual(records, expected);
    }
    return lent;
  }

  for (const name of SCENARIO_NAMES) {
    it(`${name}, with data behind the handshakes`, async () => {
      await same(captureOf(name));
    });
  }

  it('most of a capture is passed over', async () => {
    const { pipeline } = await same(captureOf('calm'));
    assert.ok(pipeline.intake.segments < pipeline.intake.frames / 2);
  });

  for (const spec of [
    { snapLength: 60 },
    { format: 'pcap-nanoseconds' },
    { link: 'raw' },
  ] as const) {
    it(`a capture with ${Object.entries(spec).flat().join(' ')}`, async () => {
      await same(captureOf('random-loss-5', spec));
    });
  }

  it('random packets', async () => {
    const format = { link: 'ethernet', format: 'pcap', doubled: 0, snapLength: 262_144 } as const;
    await fc.assert(
      fc.asyncProperty(sequences, async (lines) => {
        await same(buildCapture(lines, format));
      }),
      { numRuns: 150 },
    );
  });

  for (const what of ['data and handshakes', 'data'] as const) {
    it(`${what}, with bits of the headers turned, and cut`, async () => {
      const whole = captureOf('calm', { until: 4 });
      const good = what === 'data' ? dataOf(whole) : whole;
      const records = recordsOf(good);
      const random = new Random(`lent/${what}`);
      for (let round = 0; round < 150; round++) {
        const bytes = good.slice(0, good.length - random.below(200));
        for (let flips = random.below(8); flips > 0; flips--) {
          const record = records[random.below(records.length - 2)];
          // The record's own header, most often, or those of the frame in it.
          const within = random.below(3) === 0 ? random.below(54) : -random.below(RECORD);
          bytes[record + within] ^= 1 << random.below(8);
        }
        await same(bytes);
      }
    });
  }

  it('times that leap ahead, for a frame or for good', async () => {
    const good = captureOf('calm', { until: 4 });
    const records = recordsOf(good);
    const random = new Random('leaps');
    for (let round = 0; round < 40; round++) {
      const bytes = good.slice();
      const view = new DataView(bytes.buffer);
      for (let leaps = 1 + random.below(6); leaps > 0; leaps--) {
        const first = random.below(records.length);
        const last = round % 4 === 0 ? records.length : first + 1 + random.below(2);
        for (const record of records.slice(first, last)) {
          const at = record - RECORD;
          view.setUint32(at, view.getUint32(at, true) + 3600, true);
        }
      }
      await same(bytes);
    }
  });
});
