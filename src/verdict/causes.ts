/**
 * Why an endpoint fails: prior weights from field experience, each multiplied
 * by what the evidence says, then normalised. Every factor states its reason.
 */
import type { Cause, CauseName, Verdict } from '../model/endpoint.ts';
import type { Explanation } from '../model/explanation.ts';
import type { EndpointStats } from './endpoint-stats.ts';
import { deadBesideOutages } from './judge.ts';

/** What is around an endpoint that fails. */
export interface Neighbours {
  /** Other ports of the same host that answered (SYN-ACK or RST) since the failing began. */
  readonly answeringPorts: readonly number[];
  /** Other ports of the same host that fail as well. */
  readonly silentPorts: number;
  /** Other hosts of the same network (/24, /64) that fail, and that answer. */
  readonly silentHosts: number;
  readonly answeringHosts: number;
}

/** What else is known while an endpoint fails. */
export interface Surroundings extends Neighbours {
  /** The capture holds ICMP: no filter hid it. */
  readonly icmpSeen: boolean;
}

/** What one client sees alike: server drops it, network loses it, answer lost. A third, a bit less, a fifth; the rest is rare. */
const PRIOR: Readonly<Record<CauseName, number>> = {
  'dropped-at-server': 0.45,
  'lost-before-server': 0.27,
  'reply-lost': 0.1,
  'dropped-at-client': 0.02,
  'refusal-hidden': 0.05,
  'accept-queue-full': 0.04,
  'host-down': 0.07,
};

/** What a finding that explains all of the silence weighs, against none. */
const FOUND = 300;

/** An answer that left unseen, and was lost later, is as likely as without a word about it: takes weighVantage's doubt back. */
const UNSEEN = 20;

/** Causes that are out of the question where the machine's own silence is certain. */
const ELSEWHERE: readonly CauseName[] = [
  'lost-before-server',
  'reply-lost',
  'dropped-at-client',
  'refusal-hidden',
  'host-down',
];

class Weights {
  private readonly weight = new Map(Object.entries(PRIOR) as [CauseName, number][]);
  private readonly reasons = new Map<CauseName, string[]>();

  /** Multiplies a cause's weight, for a reason that is told with it. */
  times(cause: CauseName, factor: number, reason?: string): void {
    this.weight.set(cause, (this.weight.get(cause) ?? 0) * factor);
    if (reason === undefined) return;
    const told = this.reasons.get(cause) ?? [];
    if (!told.includes(reason)) told.push(reason);
    this.reasons.set(cause, told);
  }

  /** Probabilities in whole hundredths that add up to 1, most likely first; those below one hundredth are left out. */
  normalised(): Cause[] {
    const total = [...this.weight.values()].reduce((sum, w) => sum + w, 0);
    const shares = [...this.weight]
      .map(([cause, w]) => ({ cause, hundredths: Math.round((w / total) * 100) }))
      .filter((share) => share.hundredths > 0)
      .toSorted((a, b) => b.hundredths - a.hundredths || order(a.cause) - order(b.cause));
    const rest = 100 - shares.reduce((sum, share) => sum + share.hundredths, 0);
    shares[0].hundredths += rest;
    return shares.map(({ cause, hundredths }) => ({
      cause,
      probability: hundredths / 100,
      because: this.reasons.get(cause) ?? [],
    }));
  }
}

const ORDER = Object.keys(PRIOR);
function order(cause: CauseName): number {
  return ORDER.indexOf(cause);
}

function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/**
 * Causes of a failing endpoint; empty for one that does not fail in silence.
 * @param own what the machine that captures says, of its own ports
 */
export function causesOf(
  s: EndpointStats,
  verdict: Verdict,
  near: Surroundings,
  own: Explanation | null = null,
): readonly Cause[] {
  const silent = ['silent', 'black-holing', 'partially-black-holing', 'reply-loss'];
  if (!silent.includes(verdict)) return [];
  const w = new Weights();
  // Who says that it was captured elsewhere knows better.
  const word = s.vantage === 'server' || s.vantage === 'both' ? own : null;
  weighVantage(s, verdict, w, word);
  if (word !== null && verdict !== 'reply-loss') weighOwn(word, w);
  weighAnswers(s, verdict, near.icmpSeen, w);
  weighNeighbours(near, w);
  if (verdict === 'partially-black-holing') weighPartial(s, w);
  return w.normalised();
}

function weighVantage(
  s: EndpointStats,
  verdict: Verdict,
  w: Weights,
  own: Explanation | null,
): void {
  const n = s.count('unanswered');
  switch (s.vantage) {
    case 'server':
    case 'both': {
      const where = s.vantage === 'both' ? 'on the host itself' : 'at the server';
      // The machine's own word says more.
      const seen =
        own !== null ? undefined : `the capture was taken ${where}: the SYNs did arrive there`;
      w.times('dropped-at-server', 3, seen);
      w.times('accept-queue-full', 3, seen);
      w.times('lost-before-server', 0.01);
      w.times('host-down', 0.01);
      if (verdict !== 'reply-loss') w.times('reply-lost', 0.05);
      if (s.vantage === 'both') w.times('dropped-at-client', 0.2);
      break;
    }
    case 'client':
    case 'middle':
    case 'unknown': {
      const side = s.vantage === 'client' ? 'at the client' : 'on the way, by what the TTLs tell';
      const blind = `captured ${side}, ${plural(n, 'unanswered attempt')} ${n === 1 ? 'looks' : 'look'} the same whether SYN or answer is lost`;
      w.times('dropped-at-server', 1, blind);
      w.times('lost-before-server', 1, blind);
      w.times('reply-lost', 1, blind);
      break;
    }
  }
}

/** The machine's own word, where it is the one that is silent: its counters and rules. */
function weighOwn({ certain, because, findings, ruledOut }: Explanation, w: Weights): void {
  for (const { cause, strength, because: found } of findings) {
    w.times(cause, 1 + FOUND * strength, found);
  }
  for (const cause of ruledOut) w.times(cause, 0);
  w.times('dropped-at-server', 1, because);
  if (!certain) {
    w.times('reply-lost', UNSEEN);
    return;
  }
  for (const cause of ELSEWHERE) w.times(cause, 0);
  // A full queue that explains all of it leaves nothing to the firewall.
  const strongest = (of: CauseName): number =>
    Math.max(0, ...findings.filter(({ cause }) => cause === of).map(({ strength }) => strength));
  const queue = strongest('accept-queue-full');
  w.times('dropped-at-server', Math.max(strongest('dropped-at-server'), 1 - queue));
}

function weighAnswers(s: EndpointStats, verdict: Verdict, icmpSeen: boolean, w: Weights): void {
  // What looked hidden while no ICMP had come yet was not.
  const hidden = s.hiddenRefusals > 0 && (s.count('rejected') > 0 || !icmpSeen);
  if (hidden) weighHiddenRefusals(s, verdict, w);
  if (verdict === 'reply-loss') weighUnheard(s, w);
  if (s.expired > 0) {
    w.times(
      'lost-before-server',
      1 + 100 * shareOf(s.expired, s),
      `a router said "time exceeded" about ${plural(s.expired, 'attempt')} of ${s.count('unanswered')}: such SYNs went in circles on the way`,
    );
  }
  if (verdict === 'silent') w.times('host-down', 3, 'nothing ever came back from this port');
}

/** Third power of a share of the unanswered attempts: what a few of many show explains little. */
function shareOf(attempts: number, s: EndpointStats): number {
  return Math.min(1, attempts / Math.max(1, s.count('unanswered'))) ** 3;
}

/** The server answers: nothing before its answers is to blame. An answer lost now and then explains no other verdict. */
function weighUnheard(s: EndpointStats, w: Weights): void {
  const atClient = s.unheard * 2 > s.bothRepeated;
  w.times('reply-lost', atClient ? 20 : 500);
  w.times('dropped-at-client', atClient ? 2000 : 200);
  if (s.bothRepeated > 0) {
    const reason = `SYN and SYN-ACK both came again in ${plural(s.bothRepeated, 'attempt')}: the server answers, the client does not hear it`;
    w.times('reply-lost', 1, reason);
  }
  if (s.unheard > 0) {
    const reason = `in ${plural(s.unheard, 'attempt')} the SYN-ACK was captured next to the client, which went on asking`;
    w.times('dropped-at-client', 1, reason);
  }
}

/**
 * A refusal ends every Linux client at its second SYN at the latest, so it
 * explains an endpoint's silence only where most attempts stop there; a few of
 * many are impatient applications.
 */
function weighHiddenRefusals(s: EndpointStats, verdict: Verdict, w: Weights): void {
  if (verdict === 'partially-black-holing') {
    w.times('refusal-hidden', 0.1); // a port that answers at the same time rejects nobody
    return;
  }
  const unanswered = s.count('unanswered');
  const of = `${plural(s.hiddenRefusals, 'attempt')} of ${unanswered}`;
  const share = shareOf(s.hiddenRefusals, s);
  if (s.count('rejected') > 0) {
    // No limit on the rate holds back every refusal for a whole minute.
    if (verdict === 'black-holing') return;
    const reason = `${of} fell silent on a port that rejects others by ICMP: its sender limits their rate`;
    w.times('refusal-hidden', 1 + 200 * share, reason);
  } else {
    const reason = `${of}: two SYNs about 1 s apart and no ICMP in the whole capture, as when the capture filter hid a refusal`;
    w.times('refusal-hidden', 1 + 80 * share, reason);
  }
}

function weighNeighbours(near: Neighbours, w: Weights): void {
  const { answeringPorts, silentPorts, silentHosts, answeringHosts } = near;
  if (answeringPorts.length > 0) {
    const [port] = answeringPorts;
    const others =
      answeringPorts.length === 1
        ? `port ${port} on the same host answers`
        : `${answeringPorts.length} other ports on the same host answer (${port} is one)`;
    w.times('dropped-at-server', 1.8, others);
    w.times('accept-queue-full', 2, others);
    w.times('lost-before-server', 0.6);
    w.times('reply-lost', 0.4);
    w.times('host-down', 0.01);
  } else if (silentPorts > 0) {
    const all = `${plural(silentPorts, 'other port')} of the host ${silentPorts === 1 ? 'is' : 'are'} silent too, none answers`;
    w.times('host-down', 5, all);
    w.times('lost-before-server', 1.5, all);
    w.times('accept-queue-full', 0.1);
  }
  if (silentHosts > answeringHosts && silentHosts > 1) {
    w.times(
      'lost-before-server',
      4,
      `${plural(silentHosts, 'other host')} of the same network ${silentHosts === 1 ? 'is' : 'are'} silent as well`,
    );
    w.times('host-down', 0.3);
  } else if (answeringHosts > 0) {
    const reason = `${plural(answeringHosts, 'other host')} of the same network ${answeringHosts === 1 ? 'answers' : 'answer'}`;
    w.times('lost-before-server', 0.7);
    w.times('host-down', 1.3, reason);
  }
}

function weighPartial(s: EndpointStats, w: Weights): void {
  const mixed = `${plural(deadBesideOutages(s), 'attempt')} lost every SYN while ${s.count('established')} others got through`;
  w.times('lost-before-server', 2.5, `${mixed}: one bad path of several, or a stale NAT entry`);
  w.times('accept-queue-full', 4, `${mixed}: a queue that is full now and then`);
  w.times('host-down', 0.001);
}
