/** One sentence that says what is going on at an endpoint, and what would settle the doubt. */
import type { Micros } from '../model/attempt.ts';
import type { Cause, Verdict } from '../model/endpoint.ts';
import type { EndpointStats } from './endpoint-stats.ts';
import { deadBesideOutages, failedAttempts, isOutage } from './judge.ts';
import { formatAddress } from '../wire/address.ts';
import { CLIENTS_KEPT } from './silent-run.ts';
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

/** Clients of a run are counted up to a bound. */
function clientsOf(run: SilentRun): string {
  const { clientCount } = run;
  return clientCount < CLIENTS_KEPT
    ? plural(clientCount, 'client')
    : `${CLIENTS_KEPT} clients or more`;
}

function stretch(run: SilentRun): string {
  return `${clock(run.start)} to ${clock(run.end)} (${plural(run.attempts, 'attempt')} of ${clientsOf(run)})`;
}

/** Outages over and done with, as a clause; empty without any. */
function outagesOver(s: EndpointStats): string {
  const over = s.outages.filter((run) => isOutage(run, s));
  if (over.length === 0) return '';
  const [first] = over;
  const more = over.length > 1 ? `, and ${plural(over.length - 1, 'more time')}` : '';
  return `it swallowed SYNs from ${stretch(first)}${more}`;
}

function formerly(s: EndpointStats): string {
  const outages = outagesOver(s);
  return outages === '' ? '' : `; ${outages}`;
}

/** @param causes of this verdict, most likely first */
export function storyOf(s: EndpointStats, verdict: Verdict, causes: readonly Cause[]): string {
  const established = s.count('established');
  const unanswered = s.count('unanswered');
  switch (verdict) {
    case 'black-holing': {
      const run = s.run!;
      return `${answersUntil(s)}, and has swallowed every SYN since ${clock(run.start)}: ${plural(run.attempts, 'attempt')} of ${clientsOf(run)} in ${seconds(run.end - run.start)} met silence${formerly(s)}`;
    }
    case 'partially-black-holing':
      return `for ${plural(deadBesideOutages(s), 'attempt')} every SYN vanished while ${established.toLocaleString('en-US')} others were answered: some flows die, the rest work`;
    case 'reply-loss':
      return `the server answers, but ${plural(s.bothRepeated, 'client attempt')} never heard it: SYN and SYN-ACK both repeat`;
    case 'silent':
      return silentStory(s, unanswered, causes[0]?.cause === 'refusal-hidden');
    case 'rejecting':
      return rejectingStory(s, unanswered);
    case 'refusing':
      return `answers SYNs with RST: nothing listens there, or a firewall resets (${plural(s.count('refused'), 'attempt')}${metSilence(unanswered)}${succeededBefore(established)})`;
    case 'lossy': {
      const failed = failedAttempts(s);
      const took = disturbances(s.retriedAnswered, failed, established);
      const outages = outagesOver(s);
      return outages === '' ? `answers, but ${took}` : `answers again: ${outages}; in all, ${took}`;
    }
    case 'healthy':
      return healthyStory(s, established);
    case 'unknown':
      return 'the capture can not tell: it ended too early, misses packets, or holds one direction only';
  }
}

function succeededBefore(established: number): string {
  return established > 0 ? `; ${established.toLocaleString('en-US')} succeeded before` : '';
}

function metSilence(unanswered: number): string {
  return unanswered > 0 ? `; ${unanswered.toLocaleString('en-US')} met silence` : '';
}

function disturbances(retried: number, failed: number, established: number): string {
  if (retried === 0)
    return `beside ${plural(established, 'handshake')} ${plural(failed, 'attempt')} never succeeded`;
  const took = `${plural(retried, 'handshake')} of ${established.toLocaleString('en-US')} took more than one SYN`;
  return failed === 0 ? took : `${took} and ${failed.toLocaleString('en-US')} never succeeded`;
}

function answersUntil(s: EndpointStats): string {
  const { lastAnswerOutcome: last } = s;
  if (last === 'refused') return `refused by RST until ${clock(s.lastAnswer)}`;
  if (last === 'rejected') return `rejected by ICMP until ${clock(s.lastAnswer)}`;
  return `answered until ${clock(s.lastSuccess)}`;
}

function silentStory(s: EndpointStats, unanswered: number, hidden: boolean): string {
  if (hidden) {
    return `never answered ${plural(unanswered, 'attempt')}, but it may well have: two SYNs 1 s apart and then nothing is what a refusal by ICMP looks like when the capture filter hides it`;
  }
  if (s.loneUnanswered === unanswered) {
    return `never answered: ${plural(unanswered, 'attempt')} of a single SYN each, by ${plural(s.clients.count, 'client')} that did not retry`;
  }
  const met = `never answered: ${plural(unanswered, 'attempt')} of ${plural(s.clients.count, 'client')} met silence, no RST, no ICMP`;
  return s.expired === 0
    ? met
    : `${met} but "time exceeded" from a router about ${s.expired === unanswered ? 'all' : plural(s.expired, 'attempt')}, as where routes run in circles`;
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
  return `refused ${how}: ${plural(s.count('rejected'), 'attempt')}${limited}${succeededBefore(s.count('established'))}`;
}

function healthyStory(s: EndpointStats, established: number): string {
  if (established === 0) {
    return `answers with SYN-ACK; ${plural(s.count('half-open'), 'handshake')} left incomplete by the client, as scanners do`;
  }
  const lone = s.loneUnanswered;
  const extra = lone > 0 ? `; ${plural(lone, 'SYN')} that nobody repeated stayed unanswered` : '';
  const refused = s.count('refused') + s.count('rejected');
  const no = refused > 0 ? `; ${plural(refused, 'attempt was', 'attempts were')} refused` : '';
  const oneWay =
    s.oneWay === established ? ' (told by the clients going on: no SYN-ACK was captured)' : '';
  return `answers${oneWay}${no}${extra}${formerly(s)}`;
}

/** From this probability on, a refusal that the filter hid is ruled out first: it costs one capture. */
const HIDDEN_FIRST = 0.2;

/** The one measurement that would settle the leading doubt, or null where there is none. */
export function settleOf(s: EndpointStats, causes: readonly Cause[]): string | null {
  if (causes.length < 2) return null;
  const [likeliest] = causes;
  const ip = formatAddress(s.v6 ? 1 : 0, ...s.words);
  const hidden = causes.find(({ cause }) => cause === 'refusal-hidden');
  if (hidden !== undefined && hidden.probability >= HIDDEN_FIRST) {
    const icmp = s.v6 ? 'icmp6' : 'icmp';
    return `capture again with ICMP: tcpdump -ni any 'host ${ip} and (tcp port ${s.port} or ${icmp})'`;
  }
  if (likeliest.probability >= 0.9) return null;
  return settlesOther(s, likeliest, ip);
}

function settlesOther(s: EndpointStats, likeliest: Cause, ip: string): string {
  const filter = `'host ${ip} and tcp port ${s.port}'`;
  switch (likeliest.cause) {
    case 'reply-lost':
      return `capture at a client (tcpdump -ni any ${filter}): a SYN-ACK there, the client drops it; none, it is lost on the way back`;
    case 'dropped-at-client':
      return `on the client: do the counters of its firewall's rules for packets from ${ip} port ${s.port} move with each SYN-ACK?`;
    case 'host-down':
      return s.v6
        ? `on ${ip}'s own network: does it answer a neighbour solicitation (ndisc6 ${ip} eth0)?`
        : `on ${ip}'s own network: does it answer ARP (arping -c 3 ${ip})?`;
    default:
      break;
  }
  if (s.vantage === 'server' || s.vantage === 'both') {
    return `on ${ip}: nstat -az TcpExtListenOverflows, which moves with the SYNs if the accept queue of port ${s.port} is full; else its firewall drops them`;
  }
  return `capture on ${ip}, too (tcpdump -ni any ${filter}): no SYN there, it was lost before; a SYN and no SYN-ACK, the server drops it; a SYN-ACK, the answer is lost`;
}
