/** Why SYNs at the capturing machine's own ports stay unanswered, told by real kernels. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonRecord } from '../support/read-records.ts';
import { needs } from '../support/needs.ts';
import { OPEN, SERVER4, SERVER6 } from './network.ts';
import { setting } from './setting.ts';
import { Watching } from './watching.ts';

/** nobody, on every Linux. */
const NOBODY = 65_534;

/** Ports that answer at first; what becomes of each is in its name. */
const COUNTED = 8101;
const UNCOUNTED = 8102;
const IPTABLES = 8103;
const OVERFLOWING = 8104;
const FILTERED_BACK = 8105;
const COUNTED6 = 8106;
const LATER = 8107;
const ELSEWHERE = 8108;
const TRACED = 8109;

/** Addresses of the client's that the server has another way back to. */
const ASTRAY = '10.97.0.1';

interface Cause {
  readonly cause: string;
  readonly probability: number;
  readonly because: readonly string[];
}

/** What the incident about a port says, once it fires. */
async function causesAt(got: Watching, port: number): Promise<readonly Cause[]> {
  const find = (): JsonRecord | undefined =>
    got.records.find(
      ({ type, scope }) => type === 'incident' && (scope as { port: number }).port === port,
    );
  await got.until(`an incident about port ${port}`, () => find() !== undefined, 15_000);
  return find()!['causes'] as readonly Cause[];
}

function only(causes: readonly Cause[], cause: string): string {
  assert.deepEqual(
    causes.map(({ cause: name, probability }) => [name, probability]),
    [[cause, 1]],
    JSON.stringify(causes),
  );
  return causes[0].because.join('\n');
}

describe('live: causes at the server', function () {
  this.timeout(60_000);
  const { network, folder, watch } = setting();
  const { client, server } = network;

  before(async function () {
    needs(this, spawnSync('iptables-save', ['--version']).status === 0, 'no iptables');
    network.ip(server, 'link add astray type veth peer name nobody0');
    for (const name of ['astray', 'nobody0']) network.ip(server, `link set ${name} up`);
    chmodSync(folder.path, 0o755);
    chownSync(folder.path, NOBODY, NOBODY);
    await network.listen(
      [
        'serve',
        COUNTED,
        UNCOUNTED,
        IPTABLES,
        FILTERED_BACK,
        COUNTED6,
        LATER,
        ELSEWHERE,
        TRACED,
      ].map(String),
    );
  });

  it('names the rule, the full queue and the reverse path filter, each for its own port', async () => {
    const queue = await network.listen(['serve-few', String(OVERFLOWING)]);
    network.ip(client, `addr add ${ASTRAY}/32 dev lo`);
    network.ip(server, `route add ${ASTRAY}/32 dev eth0 via 192.0.2.1`);
    network.exec(server, 'sysctl -qw net.ipv4.conf.all.rp_filter=1');
    const watching = watch(server, '{ use: live, interface: any, firewall: true, user: nobody }');
    await watching.begun();
    const four = [OPEN, COUNTED, UNCOUNTED, IPTABLES, OVERFLOWING].map(
      (port) => `${SERVER4} ${port}`,
    );
    const others = [`${SERVER6} ${COUNTED6}`, `${SERVER4} ${FILTERED_BACK} ${ASTRAY}`];
    const asking = network.peer(client, ['ask', '250', ...four, ...others]);
    await sleep(2500);
    queue.kill('SIGSTOP');
    const rules = [
      `add rule inet lab input tcp dport ${COUNTED} counter drop comment "no more"`,
      `add rule inet lab input ip saddr 192.0.2.0/24 tcp dport { 25, ${UNCOUNTED} } drop`,
      `add rule inet lab input ip6 daddr ${SERVER6} tcp dport ${COUNTED6} counter drop`,
    ];
    network.exec(server, 'nft -f -', rules.join('\n'));
    network.exec(server, `iptables -A INPUT -p tcp --dport ${IPTABLES} -j DROP`);
    network.ip(server, `route replace ${ASTRAY}/32 dev astray`);
    const got = watching;

    const counted = only(await causesAt(got, COUNTED), 'dropped-at-server');
    assert.match(
      counted,
      /`tcp dport 8101 counter drop comment "no more"` \(nft, table inet lab, chain input, handle \d+\) counted \d+ packets while \d+ SYNs to 192\.0\.2\.2:8101 stayed unanswered/u,
    );
    assert.match(counted, /all its interfaces are captured/u);
    assert.doesNotMatch(counted, /8103|8106/u, 'no other rule is blamed');

    const six = only(await causesAt(got, COUNTED6), 'dropped-at-server');
    assert.match(six, /`ip6 daddr 2001:db8::2 tcp dport 8106 counter drop`.* counted \d+ packets/u);

    const uncounted = only(await causesAt(got, UNCOUNTED), 'dropped-at-server');
    assert.match(uncounted, /dport \{ 25, 8102 \} drop`.* fits these SYNs; it has no counter/u);

    const iptables = only(await causesAt(got, IPTABLES), 'dropped-at-server');
    assert.match(
      iptables,
      /`iptables -A INPUT -p tcp -m tcp --dport 8103 -j DROP` \(table filter, rule 1 of its chain\) counted/u,
    );

    const overflow = only(await causesAt(got, OVERFLOWING), 'accept-queue-full');
    assert.match(
      overflow,
      /ListenOverflows rose by \d+ while \d+ SYNs to 192\.0\.2\.2:8104 stayed unanswered; its accept queue holds 2 of 1/u,
    );

    const back = only(await causesAt(got, FILTERED_BACK), 'dropped-at-server');
    assert.match(back, /IPReversePathFilter rose by \d+ while \d+ SYNs to 192\.0\.2\.2:8105/u);

    assert.deepEqual(got.notices('cause-not-read'), [], 'all could be read');
    const scopes = got.records
      .filter(({ type }) => type === 'incident')
      .map(({ scope }) => (scope as { port: number }).port);
    assert.ok(!scopes.includes(OPEN), 'a port that answers has no incident');
    queue.kill('SIGCONT');
    asking.kill('SIGKILL');
  });

  it('without CAP_NET_ADMIN it says so once, names no rule, and is certain all the same', async () => {
    const raw = ['--inh-caps=+net_raw', '--ambient-caps=+net_raw'];
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...raw];
    const watching = watch(server, '{ use: live, interface: any, firewall: true }', nobody);
    await watching.begun();
    const asking = network.peer(client, [
      'ask',
      '250',
      `${SERVER4} ${LATER}`,
      `${SERVER4} ${OPEN}`,
    ]);
    await sleep(2500);
    network.exec(server, `iptables -A INPUT -p tcp --dport ${LATER} -j DROP`);
    const because = only(await causesAt(watching, LATER), 'dropped-at-server');
    assert.doesNotMatch(because, /rule/u);
    const said = watching.notices('cause-not-read');
    assert.equal(said.filter((text) => text.includes('CAP_NET_ADMIN')).length, 1, said.join('\n'));
    asking.kill('SIGKILL');
  });

  it('where an answer may leave by another interface, or another machine be the silent one, it is likely', async () => {
    const watching = watch(server, '{ use: live, interface: eth0 }');
    await watching.begun();
    network.ip(server, 'addr add 10.96.0.1/24 dev astray');
    network.peer(client, ['ask', '250', `${SERVER4} ${ELSEWHERE}`, `${SERVER4} ${OPEN}`]);
    await sleep(2500);
    network.exec(server, `iptables -A INPUT -p tcp --dport ${ELSEWHERE} -j DROP`);
    const [first] = await causesAt(watching, ELSEWHERE);
    assert.equal(first.cause, 'dropped-at-server');
    assert.ok(first.probability > 0.9 && first.probability < 1, String(first.probability));
    const because = first.because.join('\n');
    assert.match(because, /may have left by astray, not captured \('interface: any' is all\)/u);
    assert.match(because, /'firewall: true' would name a rule/u);
    watching.child.kill('SIGKILL');
    await watching.ended();
    network.exec(server, 'sysctl -qw net.ipv4.ip_forward=1');
    const onAny = watch(server, '{ use: live, interface: any }');
    await onAny.begun();
    network.exec(server, 'iptables -F INPUT');
    await sleep(2500);
    network.exec(server, `iptables -A INPUT -p tcp --dport ${ELSEWHERE} -j DROP`);
    const [likeliest] = await causesAt(onAny, ELSEWHERE);
    network.exec(server, 'sysctl -qw net.ipv4.ip_forward=0');
    assert.equal(likeliest.cause, 'dropped-at-server');
    assert.ok(likeliest.probability < 1);
    assert.match(
      likeliest.because.join(),
      /it forwards packets, so that a port which it hands on/u,
    );
  });

  it("the kernel's own reasons, traced while a port is silent; nothing of that stays", async function () {
    const mount = 'mount -t tracefs nodev /sys/kernel/tracing';
    const inside = (command: string): string =>
      spawnSync('ip', ['netns', 'exec', server, 'sh', '-c', `${mount} && ${command}`], {
        encoding: 'utf8',
      }).stdout;
    needs(this, inside('ls /sys/kernel/tracing').includes('instances'), 'no tracefs here');
    const source = '{ use: live, interface: any, drop_reasons: true }';
    const watching = watch(server, source, ['sh', '-c', `${mount} && exec "$@"`, 'sh']);
    await watching.begun();
    const asking = network.peer(client, [
      'ask',
      '250',
      `${SERVER4} ${TRACED}`,
      `${SERVER4} ${OPEN}`,
    ]);
    await sleep(2500);
    network.exec(server, `iptables -A INPUT -p tcp --dport ${TRACED} -j DROP`);
    const because = only(await causesAt(watching, TRACED), 'dropped-at-server');
    assert.match(because, /the kernel dropped \d+ packets for the reason NETFILTER_DROP/u);
    const instance = `unackd-${watching.pid}`;
    assert.match(inside('ls /sys/kernel/tracing/instances'), new RegExp(`^${instance}$`, 'mu'));
    await watching.end();
    assert.doesNotMatch(inside('ls /sys/kernel/tracing/instances'), new RegExp(instance, 'u'));
    asking.kill('SIGKILL');
  });

  it('tells where it captures by own addresses, those that came since among them', async () => {
    const places = [
      [client, 'eth0', 'client'],
      [server, 'eth0', 'server'],
      [server, 'any', 'server'],
    ] as const;
    for (const [index, [namespace, name, vantage]] of places.entries()) {
      const watching = watch(namespace, `{ use: live, interface: ${name} }`);
      await watching.begun();
      const late = `192.0.2.${index + 20}`;
      network.ip(server, `addr add ${late}/24 dev eth0`);
      // An address holds for two seconds.
      await sleep(namespace === server ? 2200 : 0);
      await network.connect([`${SERVER4} ${OPEN}`, `${SERVER6} ${OPEN}`, `${late} ${OPEN}`], 0.3);
      await watching.end();
      const told = watching.records.filter(
        ({ type, server: at }) => type === 'attempt' && (at as { port: number }).port === OPEN,
      );
      assert.ok(told.length >= 3);
      assert.deepEqual(new Set(told.map((record) => record['vantage'])), new Set([vantage]), name);
    }
  });
});
