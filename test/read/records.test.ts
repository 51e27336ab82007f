import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { addressBytes } from '../simulator/addresses.ts';
import type { JsonRecord } from '../support/read-records.ts';
import { CAPTURES, Folder, needsBuild, parseLines, unackd } from '../support/unackd.ts';
import { BUNDLED, REAL, SIMULATED, simulated } from './captures.ts';
import { recordFaults } from './record-schema.ts';
import { tcpSyn } from './syn.ts';

const ORDER = ['attempt', 'incident', 'notice', 'endpoint'];

interface End {
  readonly ip: string;
  readonly port: number;
}

/** Community ID v1 by its specification: SHA-1 over seed, both ends in order, protocol and ports. */
function communityId(a: End, b: End): string {
  const sides = [a, b].map(({ ip, port }) => {
    const side = Buffer.alloc(2);
    side.writeUInt16BE(port);
    return [Buffer.from(addressBytes(ip)), side] as const;
  });
  sides.sort(([x, xPort], [y, yPort]) => Buffer.compare(x, y) || Buffer.compare(xPort, yPort));
  const [[low, lowPort], [high, highPort]] = sides;
  const bytes = [Buffer.alloc(2), low, high, Buffer.from([6, 0]), lowPort, highPort];
  return `1:${createHash('sha1').update(Buffer.concat(bytes)).digest('base64')}`;
}

/** Everything that is wrong with the records of one capture, a few of each kind. */
function faultsOf(records: readonly JsonRecord[]): string[] {
  const faults = new Set<string>();
  let place = 0;
  for (const record of records) {
    for (const fault of recordFaults(record)) {
      if (faults.size < 10) faults.add(`${fault} in ${JSON.stringify(record)}`);
    }
    const at = ORDER.indexOf(String(record['type']));
    if (at < place) faults.add(`${String(record['type'])} after ${ORDER[place]}`);
    place = at;
    if (record['type'] !== 'attempt') continue;
    const id = communityId(record['client'] as End, record['server'] as End);
    if (id !== record['community_id']) faults.add(`${String(record['community_id'])}, not ${id}`);
    if (record['final'] !== true) faults.add('not final');
  }
  return [...faults];
}

function lines(path: string, ...args: string[]): JsonRecord[] {
  const { status, stdout, stderr } = unackd(['read', '--format', 'jsonl', ...args, path]);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return parseLines(stdout);
}

describe('records', () => {
  const folder = new Folder();
  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  for (const path of [...BUNDLED, ...REAL]) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    it(`${name}: each as the contract has it, in order`, () => {
      const records = lines(path);
      assert.deepEqual(faultsOf(records), []);
      for (const { type, source } of records) if (type === 'attempt') assert.equal(source, name);
    });
  }
  for (const name of SIMULATED) {
    it(`${name}: each as the contract has it, in order`, () => {
      const records = lines(folder.file(`${name}.pcap`, simulated(name)));
      assert.deepEqual(faultsOf(records), []);
    });
  }

  it('the same in one JSON document', () => {
    for (const path of BUNDLED) {
      const { stdout } = unackd(['read', '--format', 'json', path]);
      const groups = JSON.parse(stdout) as Record<string, JsonRecord[]>;
      assert.deepEqual(Object.keys(groups), ['attempts', 'incidents', 'notices', 'endpoints']);
      assert.deepEqual(Object.values(groups).flat(), lines(path));
    }
  });

  it('--summary: endpoints alone', () => {
    const path = join(CAPTURES, 'black-hole.pcap');
    const endpoints = lines(path).filter(({ type }) => type === 'endpoint');
    assert.deepEqual(lines(path, '--summary'), endpoints);
    const { stdout } = unackd(['read', '--format', 'json', '--summary', path]);
    assert.deepEqual(JSON.parse(stdout), { endpoints });
    const text = unackd(['read', '--summary', join(CAPTURES, 'reject-hidden.pcap')]).stdout;
    assert.match(text, /^127\.0\.0\.1:8000 /mu);
    assert.doesNotMatch(text, /^notice/mu);
  });

  it('Community IDs are those of the specification', () => {
    // corelight/community-id-spec, baseline; pycommunityid's README.
    const vectors: readonly [from: string, sport: number, to: string, dport: number, id: string][] =
      [
        ['128.232.110.120', 34_855, '66.35.250.204', 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
        ['66.35.250.204', 80, '128.232.110.120', 34_855, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
        ['10.0.0.1', 10, '10.0.0.2', 20, '1:9j2Dzwrw7T9E+IZi4b4IVT66HBI='],
      ];
    for (const [from, sport, to, dport, id] of vectors) {
      const [attempt] = lines(folder.file('vector.pcap', tcpSyn(from, sport, to, dport)));
      assert.equal(attempt['community_id'], id);
      assert.equal(communityId({ ip: from, port: sport }, { ip: to, port: dport }), id);
    }
  });

  it('IPv6 addresses are written by RFC 5952', () => {
    const canonicals = [
      '2001:db8::2:1',
      '2001:db8:0:1:1:1:1:1', // 4.2.2: no :: for one group
      '2001:0:0:1::1', // 4.2.3: the longest run
      '2001:db8::1:0:0:1', // 4.2.3: the first of equals
      '2001:db8:aaaa::1', // 4.3: lower case
      '2001:db8:1:2:3:4::',
      'fe80::1',
      '::1',
    ];
    for (const canonical of canonicals) {
      const records = lines(folder.file('v6.pcap', tcpSyn('2001:db8::99', 1, canonical, 443)));
      assert.deepEqual(records[0]['server'], { ip: canonical, port: 443 });
      assert.deepEqual(records.at(-1)?.['server'], { ip: canonical, port: 443 });
      const { stdout } = unackd(['read', folder.at('v6.pcap')]);
      assert.ok(stdout.includes(`[${canonical}]:443 `), stdout);
    }
  });
});
