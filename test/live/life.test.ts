/** Interfaces that come and go, rights that are given up, packets that are dropped. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Folder, needsBuild, shell, UNACKD } from '../support/unackd.ts';
import type { Result } from '../support/unackd.ts';
import { CLOSED, needsNetwork, SERVER4 } from './network.ts';
import { setting } from './setting.ts';
import type { Watching } from './watching.ts';

/** nobody, on every Linux. */
const NOBODY = 65_534;
const CAP_NET_RAW = 1 << 13;

/** A line of proc(5)'s status, of each thread of a process. */
function ofThreads(pid: number, key: string): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return new RegExp(`^${key}:\\s*(.*)$`, 'mu').exec(status)![1].trim();
  });
}

const CONFIG = `sources:
  tap: { use: live, interface: lo }
sinks:
  out: { use: jsonl, path: '-', from: [notices] }
`;

/** A run as a user without rights, stopped after a second. */
function asNobody(rights: readonly string[], config: string): Result {
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  return shell('exec timeout --preserve-status 1 setpriv "$@"', [
    ...user,
    ...rights,
    UNACKD,
    'run',
    '--config',
    config,
  ]);
}

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

describe('live: life of interfaces', function () {
  this.timeout(40_000);
  const { network, folder, watch } = setting();
  const { client } = network;

  async function start(source: string): Promise<Watching> {
    const watching = watch(client, source);
    await watching.begun();
    return watching;
  }

  /** An attempt that is captured on eth0. */
  async function seesAttempts(got: Watching): Promise<void> {
    const before = got.records.length;
    await network.connect([`${SERVER4} ${CLOSED}`]);
    await got.until('an attempt is told', () =>
      got.records.slice(before).some((record) => record['type'] === 'attempt'),
    );
  }

  function createLate(): void {
    network.ip(client, 'link add late0 type veth peer name late1');
    network.ip(client, 'addr add 10.97.0.1/24 dev late0');
    network.ip(client, 'link set late1 up');
    network.ip(client, 'link set late0 up');
    network.ip(client, 'neigh add 10.97.0.2 lladdr 02:00:00:00:00:01 dev late0');
  }

  it('down, idle, and up again', async () => {
    const got = await start('{ use: live, interface: eth0 }');
    network.ip(client, 'link set eth0 down');
    await got.until('it is said to be down', () => got.notices('interface-down').length === 1);
    const spent = cpuTicks(got.pid);
    await sleep(1000);
    // A tick is a hundredth of a second.
    assert.ok(cpuTicks(got.pid) - spent <= 5, 'it waits without spinning');
    network.ip(client, 'link set eth0 up');
    await got.until('it is said to be up', () => got.notices('interface-back').length === 1);
    await seesAttempts(got);
    assert.match(got.notices('interface-down')[0], /^eth0: /u);
  });

  it('no carrier, as the peer is down', async () => {
    const got = await start('{ use: live, interface: eth0 }');
    network.ip(network.server, 'link set eth0 down');
    await got.until('it is said', () => got.notices('interface-down').length === 1);
    assert.match(got.notices('interface-down')[0], /no carrier/u);
    network.ip(network.server, 'link set eth0 up');
    await got.until('it is said to be up', () => got.notices('interface-back').length === 1);
  });

  it('not there yet, there, gone, and back under its name, while another one goes on', async () => {
    const got = await start('{ use: live, interface: [late0, eth0] }');
    await got.until('it is missed', () => got.notices('interface-gone').length === 1);
    await seesAttempts(got);
    for (const round of [1, 2]) {
      createLate();
      await got.until('it is found', () => got.notices('interface-back').length === round);
      const seen = (): boolean =>
        got.records.filter(
          ({ type, server }) =>
            type === 'attempt' && (server as { port: number }).port === 7000 + round,
        ).length > 0;
      await network.connect([`10.97.0.2 ${7000 + round}`], 4);
      await got.until('it is captured on', seen);
      network.ip(client, 'link del late0');
      await got.until('it is missed', () => got.notices('interface-gone').length === round + 1);
    }
    await seesAttempts(got);
    const { code } = await got.end();
    assert.equal(code, 0);
  });

  it("started as root, it becomes 'user' in all threads, and captures on what comes back", async () => {
    chmodSync(folder.path, 0o755);
    chownSync(folder.path, NOBODY, NOBODY);
    const got = await start('{ use: live, interface: eth0, user: nobody }');
    await got.until('root is given up', () =>
      ofThreads(got.pid, 'Uid').every((ids) => !ids.split('\t').includes('0')),
    );
    for (const key of ['Uid', 'Gid']) {
      for (const ids of ofThreads(got.pid, key)) {
        assert.deepEqual(new Set(ids.split('\t').map(Number)), new Set([NOBODY]));
      }
    }
    for (const groups of ofThreads(got.pid, 'Groups')) assert.equal(groups, String(NOBODY));
    for (const key of ['CapEff', 'CapPrm']) {
      const rights = ofThreads(got.pid, key).map((hex) => Number.parseInt(hex, 16));
      assert.equal(
        rights.reduce((all, one) => all | one, 0),
        CAP_NET_RAW,
      );
      assert.equal(rights.filter((one) => one !== 0).length, 1, 'one thread alone keeps a right');
    }
    network.ip(client, 'link set eth0 down');
    network.ip(client, 'link set eth0 name c1');
    await got.until('it is missed', () => got.notices('interface-gone').length === 1);
    network.ip(client, 'link set c1 name eth0');
    network.ip(client, 'link set eth0 up');
    await got.until('it is found', () => got.notices('interface-back').length === 1);
    await seesAttempts(got);
  });

  it('packets that the kernel dropped are counted', async () => {
    const got = await start('{ use: live, interface: lo, buffer: 1MiB, snaplen: 65535 }');
    got.child.kill('SIGSTOP');
    await network.finished(network.peer(client, ['hammer', `127.0.0.1 ${CLOSED}`, '5000']));
    got.child.kill('SIGCONT');
    await got.until('it is told', () => got.notices('capture-loss').length > 0);
    assert.match(got.notices('capture-loss')[0], /buffer/u);
  });
});

describe('live: rights', function () {
  this.timeout(20_000);
  const folder = new Folder();

  before(function () {
    needsBuild(this);
    needsNetwork(this);
    chmodSync(folder.path, 0o755);
  });
  after(() => folder.remove());

  it('without the capability: one line names it, and how to give it', () => {
    const config = folder.file('c.yaml', CONFIG);
    const { status, stderr } = asNobody([], config);
    assert.equal(status, 77);
    const [line, ...more] = stderr.split('\n').filter((text) => text.startsWith('unackd: '));
    assert.deepEqual(more, []);
    assert.match(line, /CAP_NET_RAW.*setcap cap_net_raw\+ep \/.*AmbientCapabilities=CAP_NET_RAW/u);
  });

  it('the capability alone suffices', () => {
    const config = folder.file('c.yaml', CONFIG);
    const given = ['--inh-caps=+net_raw', '--ambient-caps=+net_raw'];
    const { status, stderr } = asNobody(given, config);
    assert.equal(status, 0, stderr);
  });

  it("only root can become 'user'", () => {
    const config = folder.file('c.yaml', CONFIG.replace(' }', ', user: root }'));
    const given = ['--inh-caps=+net_raw', '--ambient-caps=+net_raw'];
    const { status, stderr } = asNobody(given, config);
    assert.equal(status, 77);
    assert.match(stderr, /only root can become root/u);
  });
});
