/**
 * Watches the daemon's memory and descriptors under mixed traffic between two
 * hosts in network namespaces. Takes root.
 *
 *     sudo npm run soak -- [--minutes 10] [--interface eth0]
 *
 * Some 330 connections a second at ports that answer, refuse, reject and stay
 * silent, and at one that is black-holed for half a minute again and again; scans
 * all the time, and a flood every two minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Firewall } from '../src/lab/firewall.ts';
import type { Rule } from '../src/lab/firewall.ts';
import type { Hosts } from '../src/lab/hosts.ts';
import { INTERFACE } from '../src/lab/hosts.ts';
import { firewallTool } from '../src/lab/system.ts';
import { Daemon } from './live/daemon.ts';
import { betweenHosts } from './live/hosts.ts';
import { macOf, send } from './live/sending.ts';
import { Visiting } from './live/visiting.ts';
import { median } from './measure.ts';

/** Connections a second, by port. */
const ANSWERS = { 8000: 100, 8001: 100, 8002: 50 };
const REFUSES = { 8010: 50 };
const REJECTS = { 8011: 25 };
const SILENT = { 8012: 2 };
/** One of those that answer. */
const FLAPS = 8002;

const DROP_FLOOD: Rule = { nft: 'ip saddr 10.0.0.0/8 drop', iptables: '-s 10.0.0.0/8 -j DROP' };
const DROP_SILENT = drop(8012);
const DROP_FLAPPING = drop(FLAPS);
const REJECT: Rule = {
  nft: 'tcp dport 8011 reject',
  iptables: '-p tcp --dport 8011 -j REJECT',
};

const SECOND = 1000;
const SAMPLED_EVERY = 10 * SECOND;
const ROUND = 120 * SECOND;
const HOLE = 30 * SECOND;
/** SYNs a second. */
const SCAN = 2000;
const FLOOD = 100_000;
const FLOOD_SECONDS = 5;
/** Other SYNs than a scan's, and than those of the flood before. */
const FLOODS_APART = 10_000_000;

/** More would be growth: a collection that has not run yet is within this. */
const GROWTH_MOST = 1.05;

interface Sample {
  readonly rss: number;
  readonly descriptors: number;
}

function drop(port: number): Rule {
  return {
    nft: `tcp dport ${port} drop`,
    iptables: `-p tcp --dport ${port} -j DROP`,
  };
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    interface: { type: 'string', default: INTERFACE },
  },
});
const time = Number(values.minutes) * 60 * SECOND;

/** Puts the rule in and takes it out, floods, over and over. @returns how many rounds */
async function rounds(hosts: Hosts, firewall: Firewall, until: number): Promise<number> {
  let done = 0;
  while (Date.now() + HOLE < until) {
    const next = Date.now() + ROUND;
    firewall.add(DROP_FLAPPING);
    await sleep(HOLE);
    firewall.remove(DROP_FLAPPING);
    done++;
    await sleep(HOLE);
    if (Date.now() < until) {
      await send(hosts, macOf(hosts), 'syn', FLOOD, FLOOD_SECONDS, done * FLOODS_APART);
    }
    await sleep(Math.max(0, Math.min(next, until) - Date.now()));
  }
  return done;
}

async function sampled(daemon: Daemon, until: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (Date.now() < until) {
    await sleep(SAMPLED_EVERY);
    const { rss, descriptors } = daemon;
    samples.push({ rss, descriptors });
    process.stderr.write(
      `soak: ${Math.round((time - (until - Date.now())) / SECOND)} s: ${rss.toFixed(0)} MiB, ${descriptors} descriptors\n`,
    );
  }
  return samples;
}

async function soak(hosts: Hosts): Promise<void> {
  const firewall = new Firewall(hosts, hosts.server, firewallTool(), false);
  for (const rule of [DROP_FLOOD, DROP_SILENT, REJECT]) firewall.add(rule);
  const folder = mkdtempSync(`${tmpdir()}/unackd-soak-`);
  try {
    const daemon = await Daemon.start(hosts, values.interface, folder);
    const server = await Visiting.start(hosts, 'server', Object.keys(ANSWERS));
    const targets = Object.entries({ ...ANSWERS, ...REFUSES, ...REJECTS, ...SILENT });
    const client = await Visiting.start(
      hosts,
      'client',
      targets.map(([port, rate]) => `${port}=${rate}`),
    );
    await sleep(HOLE);
    const cpu = daemon.cpu;
    const until = Date.now() + time;
    const [samples, holes] = await Promise.all([
      sampled(daemon, until),
      rounds(hosts, firewall, until),
      send(hosts, macOf(hosts), 'syn', SCAN, time / SECOND),
    ]);
    const share = (daemon.cpu - cpu) / (time / SECOND);
    const packets = await daemon.metric('unackd_packets_total');
    const drops = await daemon.metric('unackd_capture_drops_total');
    await client.stop();
    await server.stop();
    const { incidents } = await daemon.stop();
    tell(samples, { share, packets, drops, holes, incidents });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Rest {
  readonly share: number;
  readonly packets: number;
  readonly drops: number;
  readonly holes: number;
  readonly incidents: readonly string[];
}

function row(what: string, cells: readonly (string | number)[]): string {
  return `| ${what} | ${cells.join(' | ')} |`;
}

function tell(samples: readonly Sample[], { share, packets, drops, holes, incidents }: Rest): void {
  const third = Math.floor(samples.length / 3);
  const thirds = [0, 1, 2].map((n) =>
    samples.slice(n * third, n === 2 ? undefined : (n + 1) * third),
  );
  const memory = thirds.map((some) => median(some.map(({ rss }) => rss)));
  const open = thirds.map((some) => Math.max(...some.map(({ descriptors }) => descriptors)));
  const right = incidents.filter(
    (line) => line.includes('black-hole') && line.endsWith(` ${FLAPS}`),
  );
  const flat = memory[2] <= GROWTH_MOST * memory[1];
  const tight = open[2] <= open[1];
  process.stdout.write(
    [
      `${values.minutes} minutes, ${packets.toLocaleString('en')} packets captured, ${drops.toLocaleString('en')} dropped, ${(share * 100).toFixed(1)} % of a core.`,
      '',
      row('', ['first third', 'second', 'last', '']),
      row('---', ['--:', '--:', '--:', '---']),
      row('resident memory, median, MiB', [
        ...memory.map((value) => value.toFixed(0)),
        flat ? 'flat' : 'GROWS',
      ]),
      row('open descriptors, at most', [...open, tight ? 'no leak' : 'LEAKS']),
      '',
      `${holes} black holes at port ${FLAPS}: ${right.length} incidents of it (those that come back soon are one that flaps), ${incidents.length - right.length} others.`,
      '',
    ].join('\n'),
  );
  if (!flat || !tight || incidents.length > right.length || right.length === 0) {
    process.exitCode = 1;
  }
}

if (!(time >= ROUND)) {
  process.stderr.write('soak: --minutes takes a number from 2 on\n');
  process.exitCode = 2;
} else {
  await betweenHosts('soak', soak);
}
