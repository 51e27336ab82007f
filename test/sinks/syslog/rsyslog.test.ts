import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import plugin from '../../../plugins/sinks/syslog/plugin.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { makeCertificates, noOpenssl } from '../../delivery/authority.ts';
import { component, configOf, custom, database, numberOf } from '../../delivery/pipeline.ts';
import { needs } from '../../support/needs.ts';
import { withFolder } from '../places.ts';
import { freePort, noGnutls, noRsyslog, Rsyslog } from './rsyslog.ts';
import type { Listener, Taken } from './rsyslog.ts';

interface Run {
  readonly options: Record<string, unknown>;
  readonly folder: string;
  readonly to: number;
  readonly from?: number;
  readonly pace?: number;
  /** Called with each number when it is on disk. */
  readonly witness?: (n: number) => void;
}

async function run({ options, folder, witness, ...plan }: Run): Promise<string[]> {
  const log: string[] = [];
  const sinks = [
    component('log', plugin, { host: '127.0.0.1', timeout: 2_000_000, ...options }),
    custom('witness', { incident: (incident) => witness?.(numberOf(incident)) }),
    database(join(folder, 'unackd.db')),
  ];
  await new Engine(configOf({ ...plan, sinks }), {
    log: (id, level, text) => log.push(`${level} ${id}: ${text}`),
  }).run();
  return log;
}

function parameter(taken: Taken, name: string): string | undefined {
  return new RegExp(` ${name}="([^"]*)"`).exec(taken['structured-data'])?.[1];
}

/** Numbers in the order they first came; a double must have the id of the first. */
function firstOnes(all: readonly Taken[]): number[] {
  const seen = new Map<string, number>();
  for (const one of all) {
    const n = Number(parameter(one, 'incident')?.slice(2));
    const id = parameter(one, 'message_id') ?? '';
    assert.equal(seen.get(id) ?? n, n);
    seen.set(id, n);
  }
  assert.equal(new Set(seen.values()).size, seen.size, 'one id each');
  return [...seen.values()];
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** An rsyslog on a port of its own, not yet started. */
async function peer(
  folder: string,
  kind: Listener,
): Promise<{ rsyslog: Rsyslog; options: Record<string, unknown> }> {
  const port = await freePort();
  const own = join(folder, 'rsyslog');
  mkdirSync(own);
  const certificates = kind === 'tls' ? makeCertificates(folder) : undefined;
  const ca = certificates === undefined ? {} : { ca: certificates.ca };
  return {
    rsyslog: new Rsyslog(own, kind, port, certificates),
    options: { transport: kind, port, ...ca },
  };
}

function needsPeer(context: Mocha.Context, kind: Listener): void {
  const reason = kind === 'tls' ? noGnutls() || noOpenssl() : noRsyslog();
  needs(context, reason === '', reason);
}

describe('syslog: rsyslog', function () {
  this.timeout(30_000);

  for (const kind of ['udp', 'tcp', 'tls'] as const) {
    it(`takes RFC 5424 over ${kind.toUpperCase()}, field by field`, async function () {
      needsPeer(this, kind);
      await withFolder(async (folder) => {
        const { rsyslog, options } = await peer(folder, kind);
        await rsyslog.start();
        try {
          const log = await run({
            folder,
            options: { ...options, hostname: 'probe', facility: 'local3' },
            to: 5,
          });
          const taken = await rsyslog.whenTaken(5);
          assert.deepEqual(log, []);
          assert.deepEqual(firstOnes(taken), upTo(5));
          const [one] = taken;
          assert.equal(one.pri, String(19 * 8 + 2));
          assert.equal(one.timereported, '2026-09-21T14:13:23.500000Z');
          assert.equal(one.hostname, 'probe');
          assert.equal(one['app-name'], 'unackd');
          assert.equal(one.procid, String(process.pid));
          assert.equal(one.msgid, 'incident.firing');
          assert.match(
            one['structured-data'],
            /^\[unackd@32473 message_id="msg_\w{32}" incident="i-0" kind="black-hole"/,
          );
          assert.equal(parameter(one, 'port'), '8000');
          // rsyslog keeps the byte order mark as a part of the text.
          assert.equal(
            one.msg.replace('\ufeff', ''),
            'black-hole at 10.1.0.1:8000 since 2026-09-21T14:13:20.000000Z',
          );
        } finally {
          await rsyslog.stop();
        }
      });
    });
  }

  it('takes RFC 3164 over UDP', async function () {
    needsPeer(this, 'udp');
    await withFolder(async (folder) => {
      const { rsyslog, options } = await peer(folder, 'udp');
      await rsyslog.start();
      try {
        await run({ folder, options: { ...options, format: 'rfc3164', hostname: 'probe' }, to: 1 });
        const [one] = await rsyslog.whenTaken(1);
        assert.equal(one.hostname, 'probe');
        assert.equal(one['app-name'], 'unackd');
        assert.equal(one.procid, String(process.pid));
        assert.match(one.msg, /^ ?black-hole at 10\.1\.0\.1:8000 since .* \(msg_\w{32}\)$/);
      } finally {
        await rsyslog.stop();
      }
    });
  });

  for (const kind of ['tcp', 'tls'] as const) {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      it(`over ${kind.toUpperCase()} misses nothing when it is ended by ${signal} midway and comes back`, async function () {
        needsPeer(this, kind);
        await withFolder(async (folder) => {
          const { rsyslog, options } = await peer(folder, kind);
          await rsyslog.start();
          try {
            let again: Promise<void> | undefined;
            const witness = (n: number): void => {
              if (n === 20) again = rsyslog.stop(signal).then(() => rsyslog.start());
            };
            const log = await run({ folder, options, to: 60, pace: 10, witness });
            await again;
            const taken = await rsyslog.whenTaken(60);
            assert.deepEqual(firstOnes(taken), upTo(60), log.join('\n'));
          } finally {
            await rsyslog.stop();
          }
        });
      });
    }
  }

  it('over UDP hears that nobody is there, and tries again', async function () {
    needsPeer(this, 'udp');
    await withFolder(async (folder) => {
      const { rsyslog, options } = await peer(folder, 'udp');
      try {
        let started: Promise<void> | undefined;
        const witness = (n: number): void => {
          if (n === 0) started = sleep(500).then(() => rsyslog.start());
        };
        const log = await run({ folder, options, to: 3, witness });
        await started;
        assert.deepEqual(firstOnes(await rsyslog.whenTaken(3)), upTo(3));
        assert.match(log[0], /^warn log: 127\.0\.0\.1:\d+\/udp: .*ECONNREFUSED/);
      } finally {
        await rsyslog.stop();
      }
    });
  });

  it('over TLS sends nothing to who can be anybody', async function () {
    needsPeer(this, 'tls');
    await withFolder(async (folder) => {
      const { rsyslog, options } = await peer(folder, 'tls');
      await rsyslog.start();
      try {
        const log = await run({ folder, options: { ...options, ca: undefined }, to: 1 });
        assert.match(log[0], /certificate can't be verified \(\w+\): set 'ca'/);
        assert.deepEqual(rsyslog.taken(), []);
      } finally {
        await rsyslog.stop();
      }
    });
  });
});
