/** Anything at all through the whole pipeline: nothing throws, and the records stay sound. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { buildCapture } from '../cases/support/build-capture.ts';
import type { PacketLine } from '../cases/support/capture-text.ts';
import { Random } from '../simulator/random.ts';
import { readRecordsWith } from '../support/read-records.ts';
import type { Read, ReadSettings } from '../support/read-records.ts';
import { assertSound, endText, identity } from './invariants.ts';
import { sequences } from './random-packets.ts';

const PLAIN = { link: 'raw', format: 'pcap', doubled: 0, snapLength: 262_144 } as const;
const BUNDLED = join(import.meta.dirname, '../../config/examples/captures');
const ALL = { updates: true };

/** Each (client, server, ISN) of which a SYN without ACK and RST was captured. */
function opened(lines: readonly PacketLine[]): Set<string> {
  const set = new Set<string>();
  for (const line of lines) {
    if (line.kind !== 'tcp' || !line.flags.includes('S') || /[.R]/.test(line.flags)) continue;
    set.add(`${endText(line.from)} > ${endText(line.to)} ${line.options.get('seq')}`);
  }
  return set;
}

function withoutTime(identities: readonly string[]): Set<string> {
  return new Set(identities.map((text) => text.slice(text.indexOf(' ') + 1)));
}

/** The same but for the source's name. */
function plain(read: Read): unknown {
  const anonymous = read.attempts.map((a) => ({ ...a, source: '' }));
  return { attempts: anonymous, endpoints: read.endpoints };
}

describe('fuzz', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'unackd-fuzz-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;

  function fileOf(bytes: Uint8Array): string {
    const file = join(folder, `${files++}.pcap`);
    writeFileSync(file, bytes);
    return file;
  }

  async function readBytes(bytes: Uint8Array, settings: ReadSettings = ALL): Promise<Read> {
    const file = fileOf(bytes);
    const read = await readRecordsWith(settings, file);
    rmSync(file);
    return read;
  }

  it('random packets: sound records, one last word for each attempt', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (lines) => {
        const read = await readBytes(buildCapture(lines, PLAIN));
        assertSound(read);
        const told = withoutTime(read.attempts.map(identity));
        const sent = opened(lines);
        for (const who of told) assert.ok(sent.has(who), `${who}: nobody sent that SYN`);
      }),
      { numRuns: 250 },
    );
  });

  it('first SYNs of distinct flows: an attempt each, no more', async () => {
    const firsts = fc.uniqueArray(fc.tuple(fc.nat(60_000), fc.nat(0xffff_ffff)), {
      selector: ([port]) => port,
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(firsts, async (flows) => {
        const lines = flows.map(([port, seq], i): PacketLine => ({
          kind: 'tcp',
          at: i * 0.3,
          from: { ip: '10.2.0.1', port: port + 1 },
          to: { ip: '10.1.0.1', port: 61_000 },
          flags: 'S',
          options: new Map([['seq', String(seq)]]),
        }));
        const read = await readBytes(buildCapture(lines, PLAIN));
        assertSound(read, true);
        assert.equal(read.attempts.length, flows.length);
      }),
      { numRuns: 40 },
    );
  });

  it('random packets through a table of four: sound all the same', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (lines) => {
        assertSound(await readBytes(buildCapture(lines, PLAIN), { ...ALL, table: 4 }));
      }),
      { numRuns: 150 },
    );
  });

  it('the same twice gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (lines) => {
        const bytes = buildCapture(lines, PLAIN);
        assert.deepEqual(plain(await readBytes(bytes)), plain(await readBytes(bytes)));
      }),
      { numRuns: 60 },
    );
  });

  it('two files in a row give what one gives', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, fc.nat(), async (all, cut) => {
        // Several files are merged by time: only what is in order can be told to be the same.
        const lines = all.filter((line) => line.kind === 'tcp').toSorted((a, b) => a.at - b.at);
        fc.pre(lines.length > 1);
        const at = 1 + (cut % (lines.length - 1));
        const parts = [lines.slice(0, at), lines.slice(at)].map((p) =>
          fileOf(buildCapture(p, PLAIN)),
        );
        const whole = await readBytes(buildCapture(lines, PLAIN));
        const split = await readRecordsWith(ALL, ...parts);
        for (const part of parts) rmSync(part);
        assertSound(whole, true);
        assert.deepEqual(plain(split), plain(whole));
      }),
      { numRuns: 60 },
    );
  });

  for (const name of ['drop', 'reject', 'reject-hidden', 'black-hole']) {
    it(`${name}.pcap with bits turned: nothing throws, records stay sound`, async () => {
      const good = readFileSync(join(BUNDLED, `${name}.pcap`));
      const random = new Random(`bits/${name}`);
      const rounds = name === 'black-hole' ? 12 : 80;
      for (let round = 0; round < rounds; round++) {
        const bytes = Uint8Array.from(good);
        // Past the file header, which has tests of its own: a wrong one is no capture.
        const flips = 1 + random.below(bytes.length > 10_000 ? 400 : 12);
        for (let n = 0; n < flips; n++) {
          bytes[24 + random.below(bytes.length - 24)] ^= 1 << random.below(8);
        }
        assertSound(await readBytes(bytes));
      }
    });
  }
});
