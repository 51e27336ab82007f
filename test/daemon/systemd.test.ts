/** What the daemon tells who started it, as sd_notify(3) has it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openServiceManager } from '../../src/daemon/systemd/manager.ts';
import { needs } from '../support/needs.ts';
import { NotifyReceiver } from '../support/notify-receiver.ts';
import { CAPTURES, Folder, needsBuild } from '../support/unackd.ts';
import { Running } from './running.ts';

const LIVE = `sources:
  tap: { use: live, interface: lo, filter: port 9 }
sinks:
  out: { use: jsonl, path: out.jsonl }
`;

/** Whether this user may capture. */
function mayCapture(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

describe('daemon: the service manager', function () {
  this.timeout(20_000);
  let folder: Folder;
  let receiver: NotifyReceiver | undefined;
  let running: Running | undefined;

  before(function () {
    needsBuild(this);
    needs(this, process.platform === 'linux', 'not Linux');
  });
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(async () => {
    await running?.end('SIGKILL');
    running = undefined;
    receiver?.close();
    receiver = undefined;
    folder.remove();
  });

  function start(address: string, config: string, env: NodeJS.ProcessEnv = {}) {
    receiver = new NotifyReceiver(address);
    running = new Running(folder.file('unackd.yaml', config), { NOTIFY_SOCKET: address, ...env });
    return { said: receiver, running };
  }

  it('ready, reload, a refused one, and the end', async function () {
    needs(this, mayCapture(), 'not root: capturing takes it');
    const { said, running: daemon } = start(folder.at('notify'), LIVE);
    assert.match(
      await said.says(/^READY=1/u),
      /^STATUS=1 source, 0 attempts, 0 incidents firing$/mu,
    );
    said.clear();

    const before = process.hrtime.bigint() / 1000n;
    daemon.signal('SIGHUP');
    const reloading = await said.says(/^RELOADING=1$/mu);
    const at = BigInt(/^MONOTONIC_USEC=(\d+)$/mu.exec(reloading)![1]);
    assert.ok(at > before && at < process.hrtime.bigint() / 1000n, 'the same clock');
    await said.says(/^READY=1$/mu);
    said.clear();

    folder.file('unackd.yaml', LIVE.replace('filter', 'fliter'));
    daemon.signal('SIGHUP');
    const again = await said.says(/^READY=1$/mu);
    assert.match(
      again,
      /^STATUS=.*; configuration refused, the old one holds: .*unackd\.yaml:2:\d+ error unknown-option: .*fliter/mu,
    );
    said.clear();

    assert.equal(await daemon.end('SIGTERM'), 0);
    assert.match(await said.says(/^STOPPING=1$/mu), /^STATUS=draining/mu);
    const count = said.messages.filter((message) => message.includes('STOPPING')).length;
    assert.equal(count, 1);
  });

  it('gives signs of life while sources are read, and none while it stands still', async function () {
    needs(this, mayCapture(), 'not root: capturing takes it');
    const env = { WATCHDOG_USEC: '1000000' };
    const { said, running: daemon } = start(`@unackd-test-${process.pid}`, LIVE, env);
    await said.says(/^READY=1/u);
    await said.says(/^WATCHDOG=1$/u);
    daemon.signal('SIGSTOP');
    await sleep(100);
    said.clear();
    await sleep(1200);
    await assert.rejects(said.says(/WATCHDOG/u, 20));
    daemon.signal('SIGCONT');
    await said.says(/^WATCHDOG=1$/u);
  });

  it('is ready before it ends, where it only reads files', async () => {
    const { said, running: daemon } = start(
      folder.at('notify'),
      `sources:\n  drop: { use: pcap, path: ${join(CAPTURES, 'drop.pcap')} }\nsinks:\n  out: { use: jsonl, path: out.jsonl }\n`,
    );
    assert.equal(await daemon.end(), 0);
    await said.says(/^STOPPING=1/u);
    const words = said.messages.map((message) => message.split('\n', 1)[0]);
    assert.deepEqual(
      words.filter((word) => !word.startsWith('STATUS=')),
      ['READY=1', 'STOPPING=1'],
    );
  });

  it('is never ready where its only source may not capture', async function () {
    needs(this, mayCapture(), 'not root, who could give up rights');
    receiver = new NotifyReceiver(folder.at('notify'));
    const config = folder.file('unackd.yaml', LIVE);
    const { status, stderr } = spawnSync(
      'setpriv',
      [
        '--bounding-set=-all',
        '--inh-caps=-all',
        join(CAPTURES, '../../../bin/unackd'),
        'run',
        '--config',
        config,
      ],
      {
        encoding: 'utf8',
        timeout: 10_000,
        env: { ...process.env, NOTIFY_SOCKET: folder.at('notify') },
      },
    );
    assert.equal(status, 77, stderr);
    await receiver.says(/STOPPING/u);
    assert.ok(!receiver.messages.some((message) => message.includes('READY')));
  });

  it('runs where nobody listens, and says so once', async function () {
    needs(this, mayCapture(), 'not root: capturing takes it');
    const config = folder.file('unackd.yaml', LIVE);
    for (const address of [folder.at('nobody'), 'vsock:2:1', `/${'x'.repeat(120)}`]) {
      running = new Running(config, { NOTIFY_SOCKET: address, WATCHDOG_USEC: '100000' });
      await running.says(/warn unackd: .*systemd can't be told how it goes: /u);
      await sleep(300);
      assert.equal(running.stderr.match(/can't be told/gu)?.length, 1);
      assert.equal(await running.end('SIGTERM'), 0);
    }
  });

  it('tells a receiver that was away for a while', async () => {
    const address = folder.at('notify');
    receiver = new NotifyReceiver(address);
    const said: string[] = [];
    const env = { NOTIFY_SOCKET: address, WATCHDOG_USEC: '40000' };
    const manager = openServiceManager(env, (text) => said.push(text))!;
    try {
      manager.watch(() => ({ stands: true, reads: new Map(), line: () => 'a line' }));
      await receiver.says(/^WATCHDOG=1$/u);
      receiver.close();
      rmSync(address);
      while (said.length === 0) await sleep(10);
      receiver = new NotifyReceiver(address);
      await receiver.says(/^WATCHDOG=1$/u);
      assert.equal(said.length, 1);
    } finally {
      manager.close();
    }
  });

  it('gives no sign of life while a source is not read, and says which', async () => {
    receiver = new NotifyReceiver(folder.at('notify'));
    const reads = new Map([
      ['eth0', 0],
      ['eth1', 0],
    ]);
    const said: string[] = [];
    const env = { NOTIFY_SOCKET: folder.at('notify'), WATCHDOG_USEC: '100000' };
    const manager = openServiceManager(env, (text) => said.push(text))!;
    let both = true;
    const reading = setInterval(() => {
      for (const id of both ? ['eth0', 'eth1'] : ['eth0']) reads.set(id, reads.get(id)! + 1);
    }, 10);
    try {
      manager.watch(() => ({ stands: true, reads: new Map(reads), line: () => 'a line' }));
      await receiver.says(/^WATCHDOG=1$/u);
      both = false;
      await sleep(150);
      receiver.clear();
      await sleep(300);
      await assert.rejects(receiver.says(/WATCHDOG/u, 20));
      assert.match(said[0], /nothing is read from eth1$/u);
      both = true;
      await receiver.says(/^WATCHDOG=1$/u);
    } finally {
      clearInterval(reading);
      manager.close();
    }
  });

  it('leaves signs of life to the process that is meant', async function () {
    needs(this, mayCapture(), 'not root: capturing takes it');
    const env = { WATCHDOG_USEC: '100000', WATCHDOG_PID: '1' };
    const { said } = start(folder.at('notify'), LIVE, env);
    await said.says(/^READY=1/u);
    await sleep(300);
    await assert.rejects(said.says(/WATCHDOG/u, 20));
  });
});
