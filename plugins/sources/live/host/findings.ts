/** Turns readings of the kernel's counters into reasons why SYNs stay unanswered. */
import ipaddr from 'ipaddr.js';
import type { Finding } from 'unackd';
import { COOKIES, DROPPING, OVERFLOWS } from './counters.ts';
import type { Listener } from './listeners.ts';
import type { Reading } from './readings.ts';
import { nameOf, sentBetween } from './silent-ports.ts';
import type { SilentPort } from './silent-ports.ts';

/** A counter that moved by less than this share of the SYNs says nothing about them. */
const SHARE = 0.5;

/** SYNs from which on a counter that stood still says that it was not that. */
const ENOUGH = 2;

export interface Found {
  /** About this port's own listeners. */
  readonly own: readonly Finding[];
  /** By counters of the whole machine: weaker, where other ports are silent as well. */
  readonly shared: readonly Finding[];
  readonly queueRuledOut: boolean;
}

export function plural(n: number, one: string): string {
  return `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;
}

/** `12 SYNs to 10.1.0.1:8000 stayed unanswered` */
export function silence(port: SilentPort, syns: number): string {
  return `${plural(syns, 'SYN')} to ${nameOf(port.server)} stayed unanswered`;
}

/** @param others what else stayed unanswered: SYNs at all other ports */
export function findingsOf(
  port: SilentPort,
  [base, latest]: readonly [Reading, Reading],
  others: number,
): Found {
  const syns = sentBetween(port, base.at, latest.at);
  const rise = (name: string): number =>
    (latest.counters.get(name) ?? 0) - (base.counters.get(name) ?? 0);
  const shared = conntrackFindings(port, base, latest, syns);
  for (const { counter, means } of DROPPING) {
    const rose = rise(counter);
    if (syns === 0 || rose < SHARE * syns) continue;
    const beside = others > 0 ? ` (and ${plural(others, 'SYN')} to other ports)` : '';
    shared.push({
      cause: 'dropped-at-server',
      strength: Math.min(1, rose / (syns + others)),
      because: `${counter} rose by ${rose} while ${silence(port, syns)}${beside}: ${means}`,
    });
  }
  shared.push(...reasonFindings(port, base, latest, syns));
  const cookies = rise(COOKIES);
  if (cookies > 0) {
    shared.push({
      cause: 'accept-queue-full',
      strength: 0.02,
      because: `${COOKIES} rose by ${cookies}: SYN queues overflow, though SYN-ACKs go out all the same`,
    });
  }
  const queueRuledOut = syns >= ENOUGH && standsStill(port, base, latest);
  return { own: queueFindings(port, base, latest, syns), shared, queueRuledOut };
}

/** Reasons of everything else that is dropped all the time, or that an answer goes with. */
const USUAL = new Set(['NOT_SPECIFIED', 'NO_SOCKET', 'QUEUE_PURGE', 'OTHERHOST', 'SOCKET_CLOSE']);

/** The tracepoint counts what any network namespace drops, whatever it is: never more than a hint. */
const HINT = 0.3;

function reasonFindings(port: SilentPort, base: Reading, latest: Reading, syns: number): Finding[] {
  if (base.reasons === null || latest.reasons === null || syns === 0) return [];
  const findings: Finding[] = [];
  for (const [reason, count] of latest.reasons) {
    const rose = count - (base.reasons.get(reason) ?? 0);
    if (rose < SHARE * syns || USUAL.has(reason)) continue;
    findings.push({
      cause: 'dropped-at-server',
      strength: HINT * Math.min(1, syns / rose),
      because: `the kernel dropped ${plural(rose, 'packet')} for the reason ${reason}, those of containers among them, while ${silence(port, syns)}`,
    });
  }
  return findings;
}

/** Its listeners dropped nothing, and have room. */
function standsStill(port: SilentPort, base: Reading, latest: Reading): boolean {
  if (base.listeners === null || latest.listeners === null) return false;
  const now = listenersOf(port, latest.listeners);
  return !now.some(isFull) && total(now) <= total(listenersOf(port, base.listeners));
}

/** What the newest reading says by itself. */
export function standingFindings(port: SilentPort, latest: Reading): Finding[] {
  if (latest.listeners === null) return [];
  const own = listenersOf(port, latest.listeners);
  const name = nameOf(port.server);
  const full = own.find(isFull);
  if (full !== undefined) {
    const because = `the accept queue of ${name} is full: it holds ${held(full)}; its server does not accept`;
    return [{ cause: 'accept-queue-full', strength: 0.5, because }];
  }
  if (own.length > 0) return [];
  const because = `nothing listens at ${name}: were the SYNs not dropped before, the kernel would have refused them`;
  return [{ cause: 'dropped-at-server', strength: 0.2, because }];
}

function queueFindings(port: SilentPort, base: Reading, latest: Reading, syns: number): Finding[] {
  const overflows = (latest.counters.get(OVERFLOWS) ?? 0) - (base.counters.get(OVERFLOWS) ?? 0);
  if (syns === 0 || overflows < SHARE * syns) return [];
  const moved = `${OVERFLOWS} rose by ${overflows} while ${silence(port, syns)}`;
  if (latest.listeners === null || base.listeners === null) {
    // Another listener's queue may be the one that overflows.
    return [{ cause: 'accept-queue-full', strength: 0.5, because: moved }];
  }
  const own = listenersOf(port, latest.listeners);
  const drops = total(own) - total(listenersOf(port, base.listeners));
  const full = own.find(isFull);
  if (full === undefined && drops < SHARE * syns) return [];
  const now = own.length === 0 ? '' : `; its accept queue holds ${held(full ?? own[0])}`;
  const dropped = drops > 0 ? `, and that listener dropped ${plural(drops, 'packet')}` : '';
  return [
    {
      cause: 'accept-queue-full',
      strength: full === undefined ? 0.8 : 1,
      because: `${moved}${now}${dropped}: its server does not accept them quickly enough`,
    },
  ];
}

function conntrackFindings(
  port: SilentPort,
  base: Reading,
  { conntrack }: Reading,
  syns: number,
): Finding[] {
  if (conntrack === null || syns === 0) return [];
  const { entries, most, lost } = conntrack;
  const before = base.conntrack?.lost;
  const dropped = lost === null || before == null ? 0 : lost.dropped - before.dropped;
  const failed = lost === null || before == null ? 0 : lost.failed - before.failed;
  const full = entries >= most;
  const table = `the table of connection tracking holds ${entries.toLocaleString('en-US')} of ${most.toLocaleString('en-US')} entries (sysctl net.netfilter.nf_conntrack_max)`;
  if (dropped >= SHARE * syns || full) {
    const counted = dropped > 0 ? ` and dropped ${plural(dropped, 'packet')}` : '';
    const because = `${table}${counted} while ${silence(port, syns)}`;
    return [{ cause: 'dropped-at-server', strength: full && dropped > 0 ? 1 : 0.7, because }];
  }
  if (failed < SHARE * syns) return [];
  const because = `connection tracking failed to insert ${plural(failed, 'entry').replace('entrys', 'entries')} while ${silence(port, syns)}`;
  return [{ cause: 'dropped-at-server', strength: 0.7, because }];
}

/** The kernel lets one more wait than the limit says. */
function isFull({ queue, limit }: Listener): boolean {
  return queue > limit;
}

function held({ queue, limit }: Listener): string {
  return `${queue} of ${limit}`;
}

function total(listeners: readonly Listener[]): number {
  return listeners.reduce((sum, { drops }) => sum + drops, 0);
}

/** Those that a SYN at this port may go to. */
function listenersOf({ server }: SilentPort, listeners: readonly Listener[]): Listener[] {
  const v6 = server.ip.includes(':');
  const ip = v6 ? ipaddr.IPv6.parse(server.ip).toNormalizedString() : server.ip;
  const everywhere = v6 ? ['::'] : ['0.0.0.0', '::'];
  return listeners.filter(
    (one) => one.port === server.port && (one.ip === ip || everywhere.includes(one.ip)),
  );
}
