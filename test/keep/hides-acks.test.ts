/** A ring of live capture has no bare ACKs: what it says of attempts is inferred, as it was at first. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteBuffer } from '../../src/keep/byte-buffer.ts';
import { PcapngEncoder } from '../../src/keep/pcapng.ts';
import { FrameBatch } from '../../src/plugin/api.ts';
import type { CaptureInterface } from '../../src/plugin/api.ts';
import { simulate } from '../simulator/simulate.ts';
import { people } from '../simulator/cast.ts';
import { openSource } from '../sources/pcap/drain.ts';
import { needsBuild, parseLines, unackd } from '../support/unackd.ts';

/** Offsets in Ethernet frames with IPv4 headers of 20 octets: TCP's flags. */
const FLAGS = 14 + 20 + 13;
const SYN = 0x02;

function outcomesIn(path: string): Record<string, number> {
  const { stdout } = unackd(['read', '--format', 'jsonl', path]);
  const counts: Record<string, number> = {};
  for (const { type, outcome, inferred } of parseLines(stdout)) {
    if (type !== 'attempt') continue;
    const key = `${String(outcome)}${inferred === true ? ', inferred' : ''}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describe('keep: captures without bare ACKs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unackd-acks-'));

  before(function () {
    needsBuild(this);
  });

  after(() => rmSync(folder, { recursive: true }));

  /** SYNs and SYN-ACKs of a capture alone, in a file that says so or does not. */
  async function synsOf(capture: string, name: string, marked: boolean): Promise<string> {
    const { source } = openSource(capture);
    const batch = new FrameBatch();
    const out = new ByteBuffer();
    const encoder = new PcapngEncoder(out);
    const bare = { name: 'eth0', linkType: 1, filter: null, snapLength: 0 } as const;
    const place: CaptureInterface = marked ? { ...bare, hidesAcks: true } : bare;
    for (let more = true; more;) {
      more = await source.read(batch);
      for (let i = 0; i < batch.count; i++) {
        if ((batch.bytes[batch.offset[i] + FLAGS] & SYN) !== 0) encoder.frame(batch, i, place);
      }
    }
    await source.close?.();
    const path = join(folder, name);
    writeFileSync(path, out.content);
    return path;
  }

  it('are read as live capture is', async () => {
    const { capture } = simulate({
      seed: 'bare ACKs',
      duration: 30,
      clients: people(2, ['10.1.0.1:443']),
      endpoints: [{ ip: '10.1.0.1', port: 443 }],
    });
    const all = join(folder, 'all.pcap');
    writeFileSync(all, capture);
    const marked = outcomesIn(await synsOf(all, 'marked.pcapng', true));
    const plain = outcomesIn(await synsOf(all, 'plain.pcapng', false));
    assert.ok((marked['established, inferred'] ?? 0) > 10, JSON.stringify(marked));
    assert.equal(marked['half-open'] ?? 0, 0);
    assert.ok((plain['half-open'] ?? 0) > 10, JSON.stringify(plain));
  });
});
