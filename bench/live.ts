/**
 * Measures the daemon live, between two hosts in network namespaces. Takes root.
 *
 *     sudo npm run bench:live -- [--rate 300000] [--bulk 700000] [--seconds 10] [--runs 3] [--interface eth0]
 *
 * A flood of SYNs at a port that real clients use meanwhile, bulk traffic, and
 * nothing at all. The sender takes one core (the kernel's work for each frame up
 * to the ring is done there), the daemon another.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, release, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Firewall } from '../src/lab/firewall.ts';
import type { Hosts } from '../src/lab/hosts.ts';
import { INTERFACE } from '../src/lab/hosts.ts';
import { firewallTool } from '../src/lab/system.ts';
import { Daemon } from './live/daemon.ts';
import { betweenHosts } from './live/hosts.ts';
import { NOBODY, PORT } from './live/made-frames.ts';
import { macOf, send } from './live/sending.ts';
import { Visiting } from './live/visiting.ts';
import { median } from './measure.ts';

/** Shares of a core. */
const IDLE_MOST = 0.01;
const BULK_MOST = 0.05;

/** Until what was sent last is taken in, and shown. */
const SETTLE_MS = 1500;

/** Connections that real clients ask for in a second. */
const VISITS = 5;

/** The flood's sources and those of bulk: nobody answers them. */
const DROP = { nft: 'ip saddr 10.0.0.0/8 drop', iptables: '-s 10.0.0.0/8 -j DROP' };

interface Flood {
  readonly sent: number;
  /** Frames a second that went out. */
  readonly rate: number;
  readonly missed: number;
  readonly drops: number;
  /** Share of a core, seconds a packet. */
  readonly share: number;
  readonly each: number;
  readonly rss: number;
}

interface Bulk {
  readonly rate: number;
  readonly share: number;
  /** Seconds a packet that the kernel takes to sort it out, in the sender's time. */
  readonly kernel: number;
}

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '300000' },
    bulk: { type: 'string', default: '700000' },
    seconds: { type: 'string', default: '10' },
    runs: { type: 'string', default: '3' },
    interface: { type: 'string', default: INTERFACE },
  },
});
const { rate, bulk, seconds, runs } = {
  rate: Number(values.rate),
  bulk: Number(values.bulk),
  seconds: Number(values.seconds),
  runs: Number(values.runs),
};

async function measureFlood(hosts: Hosts, daemon: Daemon): Promise<Flood> {
  const segments = await daemon.metric('unackd_segments_total');
  const drops = await daemon.metric('unackd_capture_drops_total');
  const cpu = daemon.cpu;
  const sent = await send(hosts, macOf(hosts), 'syn', rate, seconds);
  await sleep(SETTLE_MS);
  const used = daemon.cpu - cpu;
  const seen = (await daemon.metric('unackd_segments_total')) - segments;
  return {
    sent: sent.frames,
    rate: sent.frames / sent.seconds,
    // Real clients' segments are among them: too many rather than too few.
    missed: Math.max(0, sent.frames - seen),
    drops: (await daemon.metric('unackd_capture_drops_total')) - drops,
    share: used / sent.seconds,
    each: used / sent.frames,
    rss: daemon.rss,
  };
}

async function idle(daemon: Daemon): Promise<number> {
  const cpu = daemon.cpu;
  await sleep(seconds * 1000);
  return (daemon.cpu - cpu) / seconds;
}

/** Bulk with the daemon and without it, in turn. */
async function measureBulk(hosts: Hosts, folder: string): Promise<Bulk> {
  const bare = await send(hosts, NOBODY, 'bulk', bulk, seconds);
  const daemon = await Daemon.start(hosts, values.interface, folder);
  await sleep(SETTLE_MS);
  const cpu = daemon.cpu;
  const sent = await send(hosts, NOBODY, 'bulk', bulk, seconds);
  const used = daemon.cpu - cpu;
  await daemon.stop();
  return {
    rate: sent.frames / sent.seconds,
    share: used / sent.seconds,
    kernel: sent.cpu / sent.frames - bare.cpu / bare.frames,
  };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(`${tmpdir()}/unackd-bench-`);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const thousands = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const judged = (reached: boolean): string => (reached ? 'ok' : 'MISSED');

async function bench(hosts: Hosts): Promise<void> {
  new Firewall(hosts, hosts.server, firewallTool(), false).add(DROP);
  const server = await Visiting.start(hosts, 'server', [String(PORT)]);
  const floods: Flood[] = [];
  const quiet: number[] = [];
  const bulks: Bulk[] = [];
  const told: string[] = [];
  let visits = 0;
  let failed = 0;
  for (let run = 0; run < runs; run++) {
    await inFolder(async (folder) => {
      const daemon = await Daemon.start(hosts, values.interface, folder);
      await sleep(SETTLE_MS);
      quiet.push(await idle(daemon));
      const client = await Visiting.start(hosts, 'client', [`${PORT}=${VISITS}`]);
      await sleep(5 * SETTLE_MS);
      floods.push(await measureFlood(hosts, daemon));
      for (const [what, count] of Object.entries(await client.stop())) {
        if (what === `${PORT} connected`) visits += count;
        else failed += count;
      }
      const { incidents, notices } = await daemon.stop();
      told.push(...incidents, ...notices);
    });
    bulks.push(await inFolder((folder) => measureBulk(hosts, folder)));
    process.stderr.write(`bench: ${run + 1} of ${runs} done, load ${loadavg()[0].toFixed(1)}\n`);
  }
  await server.stop();
  const of = (pick: (flood: Flood) => number): number => median(floods.map(pick));
  const most = (pick: (flood: Flood) => number): number => Math.max(...floods.map(pick));
  const lost = most(({ missed, drops }) => Math.max(missed, drops));
  const resting = median(quiet);
  const share = median(bulks.map((one) => one.share));
  const kernel = median(bulks.map((one) => one.kernel));
  process.stdout.write(`Linux ${release()}, ${values.interface}; medians of ${runs} runs.

| what | measured | goal |
| --- | --- | --- |
| a flood of ${thousands(of((one) => one.sent))} SYNs in ${seconds} s (${thousands(of((one) => one.rate))} a second) | ${thousands(lost)} dropped or missed in any run | none, ${judged(lost === 0)} |
| what it takes of a core | ${percent(of((one) => one.share))}, ${(of((one) => one.each) * 1e6).toFixed(2)} µs a packet | |
| resident memory behind it | ${most((one) => one.rss).toFixed(0)} MiB | |
| ${thousands(median(bulks.map((one) => one.rate)))} bulk packets a second | ${percent(share)} of a core; the kernel's filter ${(kernel * 1e9).toFixed(0)} ns a packet on top, in whoever sends | below ${percent(BULK_MOST)}, ${judged(share < BULK_MOST)} |
| nothing at all | ${percent(resting)} of a core | below ${percent(IDLE_MOST)}, ${judged(resting < IDLE_MOST)} |
| real clients at the flooded port | ${visits} connected, ${failed} not | |
| what was told | ${summary(told)} | |
`);
  if (lost > 0 || share >= BULK_MOST || resting >= IDLE_MOST) process.exitCode = 1;
}

/** How often each first word was said. */
function summary(told: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of told) {
    const [code] = line.split(' ', 1);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => `${code} ${count} times`).join(', ') || 'nothing';
}

if (![rate, bulk, seconds, runs].every((value) => value >= 1)) {
  process.stderr.write('bench: --rate, --bulk, --seconds and --runs take numbers from 1 on\n');
  process.exitCode = 2;
} else {
  await betweenHosts('bench', bench);
}
