/** Live capture on real interfaces of real kernels. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { frame } from '../simulator/frames.ts';
import { packet, SYN } from '../support/scripted.ts';
import { CLOSED, DROPPED, OPEN, REJECTED, RESET, SERVER4, SERVER6 } from './network.ts';
import { setting } from './setting.ts';
import type { Told } from './watching.ts';

const PORTS = [OPEN, DROPPED, REJECTED, RESET, CLOSED];
const SYN_ACK = 0x12;

const ESTABLISHED: Told = { outcome: 'established', inferred: true, icmp: null };
const UNANSWERED: Told = { outcome: 'unanswered', inferred: false, icmp: null };
const REFUSED: Told = { outcome: 'refused', inferred: false, icmp: null };
const UNREACHABLE: Told = { outcome: 'rejected', inferred: false, icmp: 'port-unreachable' };

/** What the firewall makes of a server's ports. */
function truth(server: string): [string, Told][] {
  return [
    [`${server} ${OPEN}`, ESTABLISHED],
    [`${server} ${DROPPED}`, UNANSWERED],
    [`${server} ${REJECTED}`, UNREACHABLE],
    [`${server} ${RESET}`, REFUSED],
    [`${server} ${CLOSED}`, REFUSED],
  ];
}

describe('live: capture', function () {
  this.timeout(30_000);
  const { network, watch } = setting();

  const places = [
    ['at the client', network.client, 'eth0'],
    ['at the server', network.server, 'eth0'],
    ['on any', network.server, 'any'],
  ] as const;
  for (const [where, namespace, name] of places) {
    it(`${where}: ports that answer, drop, reject, reset and are closed, over IPv4 and IPv6`, async () => {
      const watching = watch(namespace, `{ use: live, interface: ${name} }`);
      await watching.begun();
      // The connections that were made stay open for so long that nothing but silence tells of them.
      const clients = network.peer(network.client, [
        'connect',
        '3',
        ...[SERVER4, SERVER6].flatMap((server) => PORTS.map((port) => `${server} ${port}`)),
      ]);
      const wanted = new Map([...truth(SERVER4), ...truth(SERVER6)]);
      const got = watching;
      await got.until('all ports are told apart', () =>
        [...wanted].every(([key, { outcome }]) => got.attempts.get(key)?.outcome === outcome),
      );
      assert.deepEqual(new Map(got.attempts), wanted);
      await network.finished(clients);
    });
  }

  it('on the loopback interface: each packet once', async () => {
    const watching = watch(network.server, '{ use: live, interface: lo }');
    await watching.begun();
    const targets = [`127.0.0.1 ${OPEN}`, `::1 ${OPEN}`, `127.0.0.1 ${CLOSED}`, `::1 ${CLOSED}`];
    await network.finished(network.peer(network.server, ['connect', '1', ...targets]));
    await sleep(200);
    const { code } = await watching.end();
    assert.equal(code, 0);
    assert.deepEqual(
      targets.map((target) => watching.attempts.get(target)?.outcome),
      ['established', 'established', 'refused', 'refused'],
    );
    // SYN, SYN-ACK and two FINs of each that was answered; SYN and RST of the others.
    assert.match(watching.stderr, /: 12 packets, 4 attempts/u);
  });

  it('behind one VLAN tag, and behind two', async () => {
    const watching = watch(network.server, '{ use: live, interface: eth0 }');
    await watching.begun();
    const frames = [[5], [7, 8]].flatMap((vlans, i) =>
      [false, true].map((fromServer) => {
        const flags = fromServer ? SYN_ACK : SYN;
        const bytes = packet({ flags, port: 2000 + i, fromServer });
        return frame(bytes, '10.2.0.1', '10.1.0.1', { link: 'ethernet', vlans });
      }),
    );
    await network.inject(network.client, 'eth0', frames);
    const got = watching;
    await got.until('both are told', () => {
      const established = got.records.filter((record) => record['outcome'] === 'established');
      return established.length === 2;
    });
  });

  it('bulk stays in the kernel', async () => {
    const watching = watch(network.client, '{ use: live, interface: eth0 }');
    await watching.begun();
    const data = Array.from({ length: 500 }, () => {
      const bytes = packet({ flags: 0x10, port: 3000 });
      return frame(bytes, '10.2.0.1', '10.1.0.1', { link: 'ethernet' });
    });
    await network.inject(network.server, 'eth0', data);
    await sleep(100);
    await watching.end();
    const [, packets] = /: (\d+) packets/u.exec(watching.stderr) ?? [];
    assert.ok(Number(packets) < 10, `${packets} packets`);
  });

  it('a filter that hides ICMP is widened, and that is said', async () => {
    const watching = watch(
      network.client,
      `{ use: live, interface: eth0, filter: tcp port ${REJECTED} or tcp port ${OPEN} }`,
    );
    await watching.begun();
    await network.connect(
      PORTS.map((port) => `${SERVER4} ${port}`),
      0.5,
    );
    await watching.end();
    assert.deepEqual(
      new Map(watching.attempts),
      new Map([
        [`${SERVER4} ${OPEN}`, { ...ESTABLISHED, inferred: false }],
        [`${SERVER4} ${REJECTED}`, UNREACHABLE],
      ]),
    );
    assert.equal(watching.notices('filter-widened').length, 1);
  });

  it('stops within a second, with all that was captured', async () => {
    const watching = watch(network.server, '{ use: live, interface: lo }');
    await watching.begun();
    await network.finished(network.peer(network.server, ['hammer', `127.0.0.1 ${CLOSED}`, '500']));
    const { code, milliseconds } = await watching.end();
    assert.equal(code, 0);
    assert.ok(milliseconds < 1000, `${milliseconds} ms`);
    assert.match(watching.stderr, /: 1000 packets, 500 attempts \(500 refused\)/u);
  });
});
