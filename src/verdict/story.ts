/** One sentence that says what is going on at an endpoint, and what would settle the doubt. */
import type { Micros } from '../model/attempt.ts';
import type { Cause, Verdict } from '../model/endpoint.ts';
import type { EndpointStats } from './endpoint-stats.ts';
import { isOutage } from './judge.ts';
import type { SilentRun } from './silent-run.ts';

function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** `14:13:20Z`: the day stands in the table's heading. */
function clock(time: Micros): string {
  return `${new Date(Math.floor(time / 1000)).toISOString().slice(11, 19)}Z`;
}

function seconds(micros: Micros): string {
  const s = micros / 1e6;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  return `${Math.round(s / 60)} min`;
}

function stretch(run: SilentRun): string {
  const clients = run.clientCount;
  return `${clock(run.start)} to ${clock(run.end)} (${plural(run.attempts, 'attempt')} of ${plural(clients, 'client')})`;
}

/** Outages over and done with, as a clause; empty without any. */
function formerly(s: EndpointStats): string {
  const over = s.outages.filter((run) => isOutage(run, s));
  if (over.length === 0) return '';
  const [first] = over;
  const more = over.length > 1 ? ` and ${over.length - 1} more times` : '';
  return `; it swallowed SYNs from ${stretch(first)}${more}`;
}

export function storyOf(s: EndpointStats, verdict: Verdict): string {
  const established = s.count('established');
  const unanswered = s.count('unanswered');
  switch (verdict) {
    case 'black-holing': {
      const run = s.run!;
      return `answered until ${clock(s.lastSuccess)}, and has swallowed every SYN since ${clock(run.start)}: ${plural(run.attempts, 'attempt')} of ${plural(run.clientCount, 'client')} in ${seconds(run.end - run.start)} met silence${formerly(s)}`;
    }
    case 'partially-black-holing':
      return `for ${plural(s.dead, 'attempt')} every SYN vanished while ${established.toLocaleString('en-US')} others were answered: some flows die, the rest work`;
    case 'reply-loss':
      return `the server answers, but ${plural(s.bothRepeated, 'client attempt')} never heard it: SYN and SYN-ACK both repeat`;
    case 'silent':
      return silentStory(s, unanswered);
    case 'rejecting':
      return rejectingStory(s, unanswered);
    case 'refusing':
      return `answers SYNs with RST: nothing listens there, or a firewall resets (${plural(s.count('refused'), 'attempt')}${established > 0 ? `; ${established.toLocaleString('en-US')} succeeded before` : ''})`;
    case 'lossy': {
      const failed = unanswered - s.loneUnanswered;
      return `answers, but ${plural(s.retriedAnswered, 'handshake')} of ${established.toLocaleString('en-US')} took more than one SYN${failed > 0 ? ` and ${failed.toLocaleString('en-US')} never succeeded` : ''}${formerly(s)}`;
    }
    case 'healthy':
      return healthyStory(s, established);
    case 'unknown':
      return 'the capture can not tell: it ended too early, misses packets, or holds one direction only';
  }
}

function silentStory(s: EndpointStats, unanswered: number): string {
  if (s.hiddenRefusals > 0) {
    return `never answered ${plural(unanswered, 'attempt')}, but it may well have: two SYNs 1 s apart and then nothing is what a refusal by ICMP looks like when the capture filter hides it`;
  }
  if (s.loneUnanswered === unanswered) {
    return `never answered: ${plural(unanswered, 'attempt')} of a single SYN each, by ${plural(s.clients.count, 'client')} that did not retry`;
  }
  return `never answered: ${plural(unanswered, 'attempt')} of ${plural(s.clients.count, 'client')} met silence, no RST, no ICMP`;
}

function rejectingStory(s: EndpointStats, unanswered: number): string {
  const { rejection } = s;
  const how =
    rejection === null
      ? 'by ICMP'
      : `by ICMP ${rejection.name} (${rejection.type}/${rejection.code}) from ${rejection.from}`;
  const limited =
    unanswered > 0
      ? `; ${plural(unanswered, 'attempt')} met silence, as ICMP is limited in rate`
      : '';
  return `refused ${how}: ${plural(s.count('rejected'), 'attempt')}${limited}`;
}

function healthyStory(s: EndpointStats, established: number): string {
  if (established === 0) {
    return `answers with SYN-ACK; ${plural(s.count('half-open'), 'handshake')} left incomplete by the client, as scanners do`;
  }
  const lone = s.loneUnanswered;
  const extra =
    lone > 0 ? `; ${plural(lone, 'SYN')} of sources that never retry stayed unanswered` : '';
  const oneWay =
    s.oneWay === established ? ' (told by the clients going on: no SYN-ACK was captured)' : '';
  return `answers${oneWay}${extra}${formerly(s)}`;
}

/** What would tell the likeliest causes apart, or null where there is nothing to tell. */
export function settleOf(s: EndpointStats, causes: readonly Cause[]): string | null {
  if (causes.length < 2) return null;
  const [likeliest] = causes;
  if (likeliest.probability >= 0.9) return null;
  const address = 'the server';
  if (likeliest.cause === 'refusal-hidden') {
    return `capture again without a port in the filter: host SERVER and (tcp port ${s.port} or icmp or icmp6)`;
  }
  if (s.vantage === 'server' || s.vantage === 'both') {
    return `on ${address}: nstat -az TcpExtListenOverflows, ss -ltn 'sport = :${s.port}', and the counters of its firewall's rules`;
  }
  return `capture on ${address}, too (tcpdump -ni any 'tcp port ${s.port}'): no SYN there, it was lost before; a SYN and no SYN-ACK, the server drops it; a SYN-ACK, the answer is lost`;
}
