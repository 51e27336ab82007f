/** The program, libpcap, interfaces and the clock. */
import { release } from 'node:os';
import { clockState, reportInterfaces } from '../engine/registry.ts';
import { formatDuration } from '../face/duration.ts';
import { versionLine } from '../version.ts';
import { fail, messageOf, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** A clock before this was never set: the program is of a later day. */
const SET_FROM = Date.UTC(2026, 0, 1);

export function lookAtProgram(): Finding[] {
  return [ok('program', `${versionLine()}, Linux ${release()}`)];
}

/** libpcap, and what it can capture on. */
export function lookAtCapture(): Finding[] {
  let report: ReturnType<typeof reportInterfaces>;
  try {
    report = reportInterfaces();
  } catch (error) {
    const [text, mend] = split(messageOf(error));
    return [fail('libpcap', text, mend)];
  }
  const { interfaces, libpcap, denied } = report;
  const findings = [ok('libpcap', libpcap)];
  if (denied !== null) {
    const names = interfaces.map(({ name }) => name).join(', ');
    return [...findings, warn('interfaces', `there are ${names}`, 'see rights')];
  }
  const open = interfaces.filter(({ obstacle }) => obstacle === null);
  // Who is down comes up, and is waited for where it is named.
  const down = interfaces.filter(({ state, obstacle }) => state === 'down' && obstacle !== null);
  const names = open.map(({ name }) => name).join(', ') || 'none';
  const more = down.length === 0 ? '' : `; down: ${down.map(({ name }) => name).join(', ')}`;
  const links = open.filter(({ name }) => name !== 'any' && name !== 'lo');
  findings.push(
    links.length > 0
      ? ok('interfaces', `${names} can be captured on${more}`)
      : warn('interfaces', `nothing but ${names} can be captured on${more}`, 'ip link set IF up'),
  );
  for (const { name, state, obstacle } of interfaces) {
    if (obstacle === null || state === 'down') continue;
    findings.push(warn(`interface ${name}`, `can't be captured on: ${obstacle}`, null));
  }
  return findings;
}

/** `what: what to do`, as our own errors have it. */
function split(message: string): [text: string, mend: string | null] {
  const at = message.lastIndexOf(': ');
  return at < 0 ? [message, null] : [message.slice(0, at), message.slice(at + 2)];
}

/** A slewed clock goes wrong by half a millisecond a second at most; more was set. */
const LEAP_MS = 50;

/**
 * @param now of the clock on the wall, ms
 * @param expected what it should say by the monotonic one, since the program began
 */
export function lookAtClock(
  now = Date.now(),
  expected = performance.timeOrigin + performance.now(),
): Finding[] {
  const mend = 'start chrony or systemd-timesyncd (timedatectl set-ntp true)';
  const shown = new Date(now).toISOString().replace(/\..*/u, 'Z');
  if (now < SET_FROM) return [fail('clock', `it says ${shown}, which is long ago`, mend)];
  const leap = now - expected;
  if (Math.abs(leap) > LEAP_MS) {
    const text = `${shown}; it was set ${leap < 0 ? 'back' : 'forward'} by ${formatDuration(Math.abs(leap) / 1000)} just now, against the monotonic clock`;
    return [
      warn('clock', text, 'find out who sets it in leaps: one keeper is enough, and it slews'),
    ];
  }
  const state = clockState();
  if (state === null)
    return [
      warn('clock', `${shown}; unknown whether anybody keeps it: the kernel does not say`, null),
    ];
  if (!state.synchronised) {
    return [warn('clock', `${shown}; nobody keeps it: times of incidents may be off`, mend)];
  }
  return [ok('clock', `${shown}, kept; off by ${formatDuration(state.mostOff)} at most`)];
}
