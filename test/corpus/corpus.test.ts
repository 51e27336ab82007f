import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { readRecords } from '../support/read-records.ts';
import type { JsonRecord } from '../support/read-records.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/corpus');
const EXPECTED = join(FOLDER, 'expected.jsonl');

interface End {
  readonly ip: string;
  readonly port: number;
}
interface Expected {
  readonly file: string;
  readonly time: string;
  readonly client: End;
  readonly server: End;
  readonly accept: readonly string[];
  readonly syns: number;
  readonly syn_offsets: readonly number[];
  readonly icmp: { readonly type: number; readonly code: number; readonly from: string } | null;
}

function key(a: { time: unknown; client: unknown; server: unknown }): string {
  const c = a.client as End;
  const s = a.server as End;
  return `${String(a.time)} ${c.ip}:${c.port} > ${s.ip}:${s.port}`;
}

/** What differs, one line each. */
function compare(expected: readonly Expected[], attempts: readonly JsonRecord[]): string[] {
  const found = new Map(attempts.map((a) => [key(a as unknown as Expected), a]));
  const wrong: string[] = [];
  for (const e of expected) {
    const a = found.get(key(e));
    found.delete(key(e));
    if (a === undefined) {
      wrong.push(`missing: ${key(e)} ${e.accept.join('|')}`);
      continue;
    }
    if (!e.accept.includes(String(a['outcome']))) {
      wrong.push(`${key(e)}: ${String(a['outcome'])}, not ${e.accept.join('|')}`);
    }
    if (a['syns'] !== e.syns) wrong.push(`${key(e)}: ${String(a['syns'])} SYNs, not ${e.syns}`);
    for (const [i, offset] of e.syn_offsets.slice(0, 64).entries()) {
      const got = (a['syn_offsets'] as number[])[i];
      if (Math.abs(got - offset) > 2e-6) wrong.push(`${key(e)}: SYN ${i} at ${got}, not ${offset}`);
    }
    if (e.icmp !== null) {
      const { type, code, from } = a['icmp'] as Expected['icmp'] & object;
      assert.deepEqual({ type, code, from }, e.icmp, key(e));
    }
  }
  for (const extra of found.keys()) wrong.push(`extra: ${extra}`);
  return wrong;
}

describe('real captures', () => {
  const all = existsSync(EXPECTED)
    ? readFileSync(EXPECTED, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Expected)
    : [];
  const files = new Set(all.map((e) => e.file));
  if (files.size === 0) {
    it('come to what they are known to have come to', function () {
      needs(this, false, 'no ../shared/corpus here');
    });
  }
  for (const file of files) {
    it(`${file}: each attempt came to what it is known to have come to`, async () => {
      const { attempts } = await readRecords(join(FOLDER, file));
      const wrong = compare(
        all.filter((e) => e.file === file),
        attempts,
      );
      assert.deepEqual(wrong, []);
    });
  }
});
