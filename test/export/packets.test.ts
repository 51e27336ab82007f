/** `unackd export`: what comes out is what the incident was, for unackd and for others. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Archive, incidentIn, onePort } from '../history/recorded.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { drain } from '../sources/pcap/drain.ts';
import { needs } from '../support/needs.ts';
import type { JsonRecord } from '../support/read-records.ts';
import { needsBuild, parseLines, unackd } from '../support/unackd.ts';

const archive = new Archive();

/** Attempts at 10.1.0.1:8000, as `read` tells them, by the time of their first SYN. */
function attemptsIn(capture: string): JsonRecord[] {
  const { stdout, stderr, status } = unackd([
    'read',
    '--format',
    'jsonl',
    '--port',
    '8000',
    capture,
  ]);
  assert.deepEqual([status, stderr], [0, '']);
  return parseLines(stdout)
    .filter(({ type }) => type === 'attempt')
    .toSorted((a, b) => String(a['time']).localeCompare(String(b['time'])));
}

/** What an attempt was; the capture's name aside, and what is told from all of its packets. */
function fateOf({ source: _source, vantage: _vantage, ...fate }: JsonRecord): JsonRecord {
  return fate;
}

interface Exported {
  readonly path: string;
  readonly incident: JsonRecord;
}

/** Records a scenario and exports its first incident. */
async function exported(name: string, scenario: Scenario, ending = 'pcapng'): Promise<Exported> {
  const db = await archive.record(name, scenario);
  const incident = incidentIn(db);
  const path = archive.at(`${name}-export.${ending}`);
  const id = String(incident['id']);
  const from = archive.at(`${name}.pcap`);
  const { status, stdout, stderr } = unackd(['export', id, '--db', db, '--from', from, '-o', path]);
  assert.equal(stdout, '');
  assert.match(stderr, /^unackd: wrote \d[\d,]* packets of \d+ attempts, .* UTC, to .*\n$/u);
  assert.equal(status, 0);
  return { path, incident };
}

/** Those that began within 30 s of the incident are there and alike; no others are. */
function holdsItsAttempts(name: string, { path, incident }: Exported): void {
  const moment = (key: string) => Date.parse(String(incident[key]));
  const [from, until] = [moment('started_at') - 30_000, moment('resolved_at') + 30_000];
  const wanted = attemptsIn(archive.at(`${name}.pcap`)).filter(({ time }) => {
    const at = Date.parse(String(time));
    return at > from && at < until;
  });
  const found = attemptsIn(path);
  assert.ok(wanted.length > 20, `${wanted.length} attempts`);
  assert.deepEqual(found.map(fateOf), wanted.map(fateOf));
}

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

/** All that a capture has of each frame. */
async function keys(file: string): Promise<string[]> {
  const { frames } = await drain(file);
  return frames.map(({ time, wire, data }) => `${time} ${wire} ${data}`);
}

/** As tcpdump reads it. */
function lines(file: string): string {
  return spawnSync('tcpdump', ['-nttr', file], { encoding: 'utf8' }).stdout;
}

describe('export: packets of an incident', () => {
  before(function () {
    needsBuild(this);
  });

  after(() => archive.remove());

  it('of a black hole: each attempt comes out as it was', async () => {
    const result = await exported('hole', onePort({ kind: 'drop' }));
    holdsItsAttempts('hole', result);
    const { stdout } = unackd(['read', '--format', 'jsonl', result.path]);
    const told = parseLines(stdout).filter(({ type }) => type === 'incident');
    const first = told.find(({ state }) => state === 'firing');
    assert.equal(first?.['started_at'], result.incident['started_at']);
    assert.deepEqual(first?.['scope'], result.incident['scope']);
  });

  it('of a refusal by ICMP, with the errors', async () => {
    const rejecting = onePort({ kind: 'reject', type: 3, code: 3 });
    const result = await exported('reject', rejecting);
    holdsItsAttempts('reject', result);
  });

  it('of a refusal by RST, over Linux cooked frames, in nanoseconds', async () => {
    const capture = { link: 'sll2', format: 'pcap-nanoseconds', snapLength: 96 } as const;
    const result = await exported('reset', onePort({ kind: 'closed' }, { capture }), 'pcap');
    holdsItsAttempts('reset', result);
    // A nanosecond pcap of link type 276.
    const bytes = readFileSync(result.path);
    assert.deepEqual([bytes.readUInt32LE(0), bytes.readUInt32LE(20)], [0xa1b23c4d, 276]);
  });

  it('every frame is one of the capture, byte for byte', async () => {
    const { path } = await exported('bytes', onePort({ kind: 'drop' }));
    const all = new Set(await keys(archive.at('bytes.pcap')));
    const some = await keys(path);
    assert.ok(some.length > 100 && some.length < all.size / 2);
    assert.deepEqual(
      some.filter((frame) => !all.has(frame)),
      [],
    );
  });

  it('captures of several link types make one pcapng, which no pcap can be', async function () {
    needs(this, has('capinfos'), 'capinfos is not installed');
    const db = await archive.record('wide', onePort({ kind: 'drop' }));
    await archive.record('raw', onePort({ kind: 'drop' }, { capture: { link: 'raw' } }));
    const from = ['--from', archive.at('wide.pcap'), '--from', archive.at('raw.pcap')];
    const id = String(incidentIn(db)['id']);
    const path = archive.at('both.pcapng');
    const { status, stderr } = unackd(['export', id, '--db', db, ...from, '-o', path]);
    assert.equal(status, 0, stderr);
    const { stdout } = spawnSync('capinfos', ['-E', '-D', path], { encoding: 'utf8' });
    assert.match(stdout, /Ethernet/u);
    assert.match(stdout, /Raw IP|rawip/u);
    const plain = archive.at('both.pcap');
    const refused = unackd(['export', id, '--db', db, ...from, '-o', plain]);
    assert.equal(refused.status, 2);
    assert.match(
      refused.stderr,
      /several link types .* don't go into one pcap file: name it .pcapng/u,
    );
    assert.ok(!existsSync(plain));
  });

  it('tcpdump reads both formats alike', async function () {
    needs(this, has('tcpdump'), 'tcpdump is not installed');
    const { path } = await exported('tcpdump', onePort({ kind: 'drop' }));
    const db = archive.at('tcpdump.db');
    const plain = archive.at('tcpdump.pcap-export.pcap');
    const id = String(incidentIn(db)['id']);
    unackd(['export', id, '--db', db, '--from', archive.at('tcpdump.pcap'), '-o', plain]);
    assert.ok(lines(path).split('\n').length > 100);
    assert.equal(lines(path), lines(plain));
  });
});
