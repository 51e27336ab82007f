/** What the verdicts, causes, stories and advice are for the things that networks do. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { CauseName } from '../../src/model/endpoint.ts';
import { ADMIN, APP, OPEN, people, rejecting, WEB } from '../simulator/cast.ts';
import type { Scenario } from '../simulator/scenario.ts';
import type { EndpointSpec } from '../simulator/servers.ts';
import { judgeFile, judgeScenario } from './judged.ts';
import type { Judged } from './judged.ts';

const SERVER = '10.1.0.1';
const TO_THE_END = { from: 40, until: 1000, behaviour: { kind: 'drop' } } as const;

function scenario(more: Partial<Scenario>): Scenario {
  const plain = { seed: 'verdict', duration: 90, clients: people(6, [WEB, APP, ADMIN]) };
  return { ...plain, endpoints: OPEN, ...more };
}

function failing(ip: string, port: number): EndpointSpec {
  return { ip, port, phases: [TO_THE_END] };
}

function lead(judged: Judged): CauseName | undefined {
  return judged.causes[0]?.cause;
}

function probability({ causes }: Judged, cause: CauseName): number {
  return causes.find((c) => c.cause === cause)?.probability ?? 0;
}

describe('verdicts', function () {
  this.timeout(30_000);

  it('a port that falls silent for good: black-holing, dropped at the server as others answer', async () => {
    const judgement = await judgeScenario(
      scenario({ endpoints: [OPEN[0], failing(SERVER, 8000), OPEN[2]] }),
    );
    const port = judgement.of(SERVER, 8000);
    assert.equal(port.verdict, 'black-holing');
    assert.equal(lead(port), 'dropped-at-server');
    assert.match(port.causes[0].because.join(), /other ports on the same host answer/);
    assert.match(port.story, /^answered until 14:1\d:\d\dZ, and has swallowed every SYN since/);
    assert.match(
      port.settle ?? '',
      /^capture on 10\.1\.0\.1, too .*host 10\.1\.0\.1 and tcp port 8000/,
    );
    assert.equal(judgement.of(SERVER, 443).verdict, 'healthy');
  });

  it('a port that never answered: silent', async () => {
    const silent: EndpointSpec = { ip: SERVER, port: 8000, behaviour: { kind: 'drop' } };
    const judgement = await judgeScenario(scenario({ endpoints: [OPEN[0], silent, OPEN[2]] }));
    const port = judgement.of(SERVER, 8000);
    assert.equal(port.verdict, 'silent');
    assert.equal(lead(port), 'dropped-at-server');
    assert.match(port.story, /^never answered: \d+ attempts of \d+ clients met silence/);
  });

  it('all ports of a host at once: the host may be down', async () => {
    const endpoints = [443, 8000, 8002].map((port) => failing(SERVER, port));
    const judgement = await judgeScenario(scenario({ endpoints: [...endpoints, OPEN[3]] }));
    const port = judgement.of(SERVER, 8000);
    assert.equal(port.verdict, 'black-holing');
    assert.ok(probability(port, 'host-down') > 0.2, JSON.stringify(port.causes));
  });

  it('a whole network at once: lost before the server gains', async () => {
    const ips = [1, 2, 3, 4].map((n) => `10.1.0.${n}`);
    const clients = people(
      8,
      ips.map((ip) => `${ip}:443`),
    );
    const one = await judgeScenario(
      scenario({
        clients,
        endpoints: ips.map((ip, i) => (i === 0 ? failing(ip, 443) : { ip, port: 443 })),
      }),
    );
    const all = await judgeScenario(
      scenario({ clients, endpoints: ips.map((ip) => failing(ip, 443)) }),
    );
    const alone = probability(one.of(SERVER, 443), 'lost-before-server');
    const together = probability(all.of(SERVER, 443), 'lost-before-server');
    assert.ok(together > alone + 0.2, `${alone} alone, ${together} with its network`);
    assert.equal(lead(all.of(SERVER, 443)), 'lost-before-server');
  });

  it('REJECT under its rate limit: rejecting, never black-holing', async () => {
    const judgement = await judgeScenario(
      scenario({
        clients: people(18, [WEB, '10.1.0.1:9001']),
        endpoints: [OPEN[0], rejecting(SERVER, 9001, 3, 10)],
      }),
    );
    const port = judgement.of(SERVER, 9001);
    assert.equal(port.verdict, 'rejecting');
    assert.match(port.story, /host-prohibited|administratively|\(3\/10\)/);
  });

  it('a closed port: refusing, and no causes to guess at', async () => {
    const closed: EndpointSpec = { ip: SERVER, port: 8000, behaviour: { kind: 'closed' } };
    const judgement = await judgeScenario(scenario({ endpoints: [OPEN[0], closed, OPEN[2]] }));
    assert.equal(judgement.of(SERVER, 8000).verdict, 'refusing');
    assert.deepEqual(judgement.of(SERVER, 8000).causes, []);
  });

  for (const rate of [0.05, 0.1]) {
    it(`${rate * 100} % of packets lost: lossy or healthy`, async () => {
      const loss = { kind: 'random', rate } as const;
      const { endpoints } = await judgeScenario(
        scenario({ path: { lossToServer: loss, lossToClient: loss } }),
      );
      for (const { verdict } of endpoints.values()) assert.match(verdict, /^(lossy|healthy)$/);
    });
  }

  it('replies lost, seen at the server: reply-loss', async () => {
    const lost: EndpointSpec = { ip: SERVER, port: 8000, behaviour: { kind: 'reply-loss' } };
    const judgement = await judgeScenario(
      scenario({ endpoints: [OPEN[0], lost, OPEN[2]], capture: { point: 1 } }),
    );
    const port = judgement.of(SERVER, 8000);
    assert.equal(port.verdict, 'reply-loss');
    assert.equal(lead(port), 'reply-lost');
  });

  it('a SYN-ACK captured at the client, which goes on asking: dropped at the client', async () => {
    const clients = [{ ...people(3, [WEB])[0], deaf: true, rate: 1 }];
    const judgement = await judgeScenario(scenario({ clients }));
    assert.equal(judgement.of(SERVER, 443).verdict, 'reply-loss');
    assert.equal(lead(judgement.of(SERVER, 443)), 'dropped-at-client');
  });

  it('silence captured at the server: nothing was lost on the way there', async () => {
    const judgement = await judgeScenario(
      scenario({ endpoints: [OPEN[0], failing(SERVER, 8000), OPEN[2]], capture: { point: 1 } }),
    );
    const port = judgement.of(SERVER, 8000);
    assert.ok(probability(port, 'lost-before-server') < 0.02, JSON.stringify(port.causes));
    assert.ok(probability(port, 'accept-queue-full') > 0.05, JSON.stringify(port.causes));
    if (port.settle !== null) assert.match(port.settle, /10\.1\.0\.1.*ListenOverflows.*8000/);
  });

  it('a port that recovered: not black-holing, and the story tells when', async () => {
    const outage = { from: 20, until: 60, behaviour: { kind: 'drop' } } as const;
    const judgement = await judgeScenario(
      scenario({ endpoints: [OPEN[0], { ip: SERVER, port: 8000, phases: [outage] }, OPEN[2]] }),
    );
    const port = judgement.of(SERVER, 8000);
    assert.match(port.verdict, /^(lossy|healthy)$/);
    assert.match(
      port.story,
      /it swallowed SYNs from 14:13:4\d:?Z to 14:14:\d\dZ \(\d+ attempts of \d+ clients\)/,
    );
  });

  it('a few impatient applications at a silent port hint at no hidden refusal', async () => {
    const silent: EndpointSpec = { ip: SERVER, port: 8000, behaviour: { kind: 'drop' } };
    const clients = people(6, [WEB, APP, ADMIN], { impatient: 0.25 });
    const judgement = await judgeScenario(
      scenario({ clients, endpoints: [OPEN[0], silent, OPEN[2]] }),
    );
    assert.notEqual(lead(judgement.of(SERVER, 8000)), 'refusal-hidden');
  });

  it('the seed’s trap: the hidden refusal leads clearly, and its filter is named', async () => {
    const file = join(import.meta.dirname, '../../config/examples/captures/reject-hidden.pcap');
    const port = (await judgeFile(file)).of('127.0.0.1', 8000);
    assert.equal(lead(port), 'refusal-hidden');
    assert.ok(port.causes[0].probability > 2 * port.causes[1].probability);
    assert.match(port.settle ?? '', /'host 127\.0\.0\.1 and \(tcp port 8000 or icmp\)'/);
  });
});
