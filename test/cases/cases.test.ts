/**
 * A folder a case: `capture.txt` (see support/capture-text.ts), `expected.jsonl`
 * with the records that must come of it, and `options.yaml` where the capture
 * is not plain Ethernet, the vantage is stated or the table is small.
 *
 * Attempts and notices must be those listed and no others (attempts in order of
 * their first SYN, notices by code); of endpoints, those listed are looked at.
 * Where attempts are many, `{"type":"totals"}` counts them by outcome instead.
 * A case that the product does not meet yet has a `pending.txt` that says why.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { needs } from '../support/needs.ts';
import { readRecordsWith } from '../support/read-records.ts';
import type { JsonRecord, ReadSettings } from '../support/read-records.ts';
import { buildCapture } from './support/build-capture.ts';
import type { BuildOptions } from './support/build-capture.ts';
import { parseCapture } from './support/capture-text.ts';
import { differences } from './support/differences.ts';

type Options = BuildOptions & ReadSettings;

const PLAIN: BuildOptions = { link: 'ethernet', format: 'pcap', doubled: 0, snapLength: 262_144 };

function optionsOf(folder: string): Options {
  const file = join(folder, 'options.yaml');
  if (!existsSync(file)) return PLAIN;
  return { ...PLAIN, ...(parse(readFileSync(file, 'utf8')) as Partial<Options>) };
}

function expectedOf(folder: string): JsonRecord[] {
  return readFileSync(join(folder, 'expected.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as JsonRecord);
}

function byTime(a: JsonRecord, b: JsonRecord): number {
  return String(a['time']) < String(b['time']) ? -1 : 1;
}

function name(endpoint: JsonRecord): string {
  const { ip, port } = endpoint['server'] as { ip: string; port: number };
  return `${ip}:${port}`;
}

function codes(notices: readonly JsonRecord[]): string[] {
  const all = notices.map((n) => String(n['code']));
  return all.toSorted((a, b) => (a < b ? -1 : 1));
}

function totalsOf(attempts: readonly JsonRecord[]): JsonRecord {
  const totals: Record<string, number> = {};
  for (const { outcome } of attempts) totals[String(outcome)] = (totals[String(outcome)] ?? 0) + 1;
  return { type: 'totals', ...totals };
}

describe('cases', () => {
  const place = mkdtempSync(join(tmpdir(), 'unackd-cases-'));
  after(() => rmSync(place, { recursive: true, force: true }));

  for (const entry of readdirSync(import.meta.dirname, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'support') continue;
    it(entry.name, async function () {
      const folder = join(import.meta.dirname, entry.name);
      const pending = join(folder, 'pending.txt');
      if (existsSync(pending)) needs(this, false, readFileSync(pending, 'utf8').trim());
      const options = optionsOf(folder);
      const file = join(place, `${entry.name}.pcap`);
      const lines = parseCapture(readFileSync(join(folder, 'capture.txt'), 'utf8'));
      writeFileSync(file, buildCapture(lines, options));
      const { attempts, endpoints, notices } = await readRecordsWith(options, file);
      const expected = expectedOf(folder);
      const of = (type: string): JsonRecord[] => expected.filter((r) => r['type'] === type);
      const wrong: string[] = [];
      const match = (what: string, wanted: JsonRecord, got: JsonRecord | undefined): void => {
        const faults = differences(wanted, got ?? null);
        wrong.push(...faults.map((fault) => `${what}: ${fault}`));
      };
      // Sorting is stable: attempts that begin at once stay in order of their settling.
      const inOrder = attempts.toSorted(byTime);
      for (const [i, wanted] of of('attempt').entries()) match(`attempt ${i}`, wanted, inOrder[i]);
      const [totals] = of('totals');
      if (totals !== undefined) match('totals', totals, totalsOf(attempts));
      for (const extra of totals === undefined ? inOrder.slice(of('attempt').length) : []) {
        wrong.push(`attempt beyond those listed: ${JSON.stringify(extra)}`);
      }
      for (const wanted of of('endpoint')) {
        const found = endpoints.find((e) => name(e) === name(wanted));
        match(`endpoint ${name(wanted)}`, wanted, found);
      }
      wrong.push(...differences(codes(of('notice')), codes(notices), 'notices'));
      for (const wanted of of('notice')) {
        const found = notices.find((n) => n['code'] === wanted['code']);
        match(`notice ${String(wanted['code'])}`, wanted, found);
      }
      assert.deepEqual(wrong, []);
    });
  }
});
