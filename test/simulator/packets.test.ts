import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { endpointText } from './addresses.ts';
import { scenario, type ScenarioName } from './scenarios.ts';
import { simulate } from './simulate.ts';

/** Between them every link, file format, IP version, option layout, ICMP code and quote. */
const TO_CHECK: readonly ScenarioName[] = [
  'ipv6',
  'vlans',
  'icmp-rejects',
  'port-reuse',
  'syn-ack-loss',
];

const CHECKSUMS = ['ip', 'tcp', 'icmp', 'icmpv6'];
const CHECKING = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'];

describe('simulated packets, read by tshark', () => {
  let folder = '';

  before(function () {
    needs(this, spawnSync('tshark', ['--version']).error === undefined, 'tshark is not installed');
    folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  });

  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function tshark(name: ScenarioName, filter: string, fields: readonly string[]): string[] {
    const { stdout, status, stderr } = spawnSync(
      'tshark',
      [
        '-nr',
        join(folder, name),
        '-Y',
        filter,
        '-T',
        'fields',
        '-E',
        'occurrence=f',
        ...CHECKING,
        ...fields.flatMap((field) => ['-e', field]),
      ],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    assert.equal(status, 0, stderr);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('finds a flipped bit', () => {
    const { capture } = simulate(scenario('port-reuse'));
    // File header, record header, raw IPv4 header, then into the sequence number.
    capture[24 + 16 + 20 + 5] ^= 1;
    writeFileSync(join(folder, 'port-reuse'), capture);
    assert.deepEqual(tshark('port-reuse', 'tcp.checksum.status == "Bad"', ['frame.number']), ['1']);
  });

  for (const name of TO_CHECK) {
    it(`${name}: sound packets, and the SYNs that the truth tells of`, function () {
      this.timeout(60_000);
      const { capture, truth } = simulate(scenario(name));
      writeFileSync(join(folder, name), capture);

      // One server there quotes 28 bytes of a longer TCP header, which tshark calls malformed.
      const faults = CHECKSUMS.map((protocol) => `${protocol}.checksum.status == "Bad"`);
      const unsound = `(_ws.malformed || ${faults.join(' || ')}) && !(icmp && ip.src == 10.1.0.4)`;
      assert.deepEqual(tshark(name, unsound, ['frame.number']).slice(0, 5), []);

      const seen = tshark(name, 'tcp.flags.syn == 1 && tcp.flags.ack == 0 && !icmp && !icmpv6', [
        'frame.time_epoch',
        'ip.src',
        'ipv6.src',
        'tcp.srcport',
        'ip.dst',
        'ipv6.dst',
        'tcp.dstport',
        'tcp.seq_raw',
      ]).map((line) => {
        const [time, v4, v6, port, toV4, toV6, toPort, isn] = line.split('\t');
        const client = { ip: v4 === '' ? v6 : v4, port: Number(port) };
        const server = { ip: toV4 === '' ? toV6 : toV4, port: Number(toPort) };
        const [seconds, fraction] = time.split('.');
        const micros = Number(seconds) * 1e6 + Number(fraction.slice(0, 6));
        return `${micros} ${endpointText(client)} ${endpointText(server)} ${isn}`;
      });
      const told = truth.flatMap(({ time, client, server, isn, syn_offsets: offsets }) =>
        offsets.map((offset) => {
          const micros = time + Math.round(offset * 1e6);
          return `${micros} ${endpointText(client)} ${endpointText(server)} ${isn}`;
        }),
      );
      // A difference of thousands of lines takes assert minutes to draw: the first few will do.
      const unseen = new Set(told).difference(new Set(seen));
      const untold = new Set(seen).difference(new Set(told));
      assert.deepEqual([...unseen].slice(0, 3), [], 'told but not in the file');
      assert.deepEqual([...untold].slice(0, 3), [], 'in the file but not told');
      assert.equal(seen.length, told.length);
    });
  }
});
