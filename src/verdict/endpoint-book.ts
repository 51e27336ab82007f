import { HashIndex } from '../flow/hash-index.ts';
import { hashAddress } from '../flow/hash.ts';
import { INFO, ORIGIN_SHIFT, WORDS } from '../flow/lone-lines.ts';
import type { LoneRing } from '../flow/lone-ring.ts';
import type { AttemptView } from '../flow/view.ts';
import type { Address, Micros, Outcome } from '../model/attempt.ts';
import { OUTCOMES } from '../model/attempt.ts';
import type { Cause, Endpoint, Verdict } from '../model/endpoint.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Notice } from '../model/notice.ts';
import { formatAddress } from '../wire/address.ts';
import { causesOf } from './causes.ts';
import type { Neighbours } from './causes.ts';
import { EndpointStats } from './endpoint-stats.ts';
import { judge } from './judge.ts';
import { neighboursOf } from './neighbours.ts';
import { settleOf, storyOf } from './story.ts';
import { FloodWatch } from './syn-flood.ts';

/** Endpoints told apart: about 1 KB each. A scan of a whole network goes beyond; its attempts are counted all the same. */
const ENDPOINTS_MOST = 200_000;

const UNANSWERED = OUTCOMES.indexOf('unanswered');
const UNRESOLVED = OUTCOMES.indexOf('unresolved');

/** Lone SYNs at one endpoint before its seconds are watched for a flood. */
const WATCH_FROM = 100;

/** Whether an attempt is at this endpoint. */
export function isAt({ words, port, v6 }: EndpointStats, a: AttemptView): boolean {
  return (
    words[0] === a.serverWord(0) &&
    port === a.serverPort &&
    v6 === (a.v6 !== 0) &&
    (!v6 ||
      (words[3] === a.serverWord(3) &&
        words[2] === a.serverWord(2) &&
        words[1] === a.serverWord(1)))
  );
}

/** Its attempts by outcome, for the record. */
export function attemptsOf(s: Pick<EndpointStats, 'count'>): Endpoint['attempts'] {
  return {
    established: s.count('established'),
    refused: s.count('refused'),
    rejected: s.count('rejected'),
    unanswered: s.count('unanswered'),
    'half-open': s.count('half-open'),
    unresolved: s.count('unresolved'),
  };
}

/** The source of the first line, and the index of the first from `from` on that came from another. */
function ofOneOrigin(
  { lines: { words } }: LoneRing,
  lines: Int32Array,
  from: number,
  count: number,
): { readonly origin: number; readonly until: number } {
  const origin = words[lines[from] * WORDS + INFO] >>> ORIGIN_SHIFT;
  let until = from + 1;
  while (until < count && words[lines[until] * WORDS + INFO] >>> ORIGIN_SHIFT === origin) until++;
  return { origin, until };
}

function hashOf({ words, port }: EndpointStats): number {
  return hashAddress(words[0], words[1], words[2], words[3], port);
}

/** What a capture holds as a whole, by what was read so far. */
export interface CaptureFacts {
  /** Any ICMP at all: then no filter hid it. */
  readonly icmpSeen: boolean;
  /** One direction only: silence proves nothing. */
  readonly oneWay: boolean;
}

/** Who looks on while the source runs: endpoints can be judged at any time, without the book noticing. */
export interface Onlooker {
  /** An attempt's outcome changed, or its last word was said; the book has it already. */
  attempt(stats: EndpointStats, attempt: AttemptView): void;
  /** The same of last words on lone SYNs at one endpoint, of which so many had been shown unanswered. */
  lones(stats: EndpointStats, shown: number): void;
}

/** Everything known of every endpoint of one source, or of all live ones; the last stage of their pipeline. */
export class EndpointBook {
  readonly finalOnly = false;
  /** Attempts by outcome, those of endpoints beyond the bound among them. */
  readonly totals = new Float64Array(OUTCOMES.length);
  /** The same by source; empty while there is but one. */
  private readonly byOrigin: Float64Array[] = [];
  /** Attempts at endpoints beyond the bound. */
  beyond = 0;
  onlooker: Onlooker | null = null;

  /** What is known of the capture by now. */
  capture: CaptureFacts = { icmpSeen: false, oneWay: false };

  /** The machine that captures, where it can be asked. */
  explain: ((server: Address, since: Micros) => Explanation | null) | undefined;

  private readonly index = new HashIndex((slot) => hashOf(this.stats[slot]));
  private readonly stats: EndpointStats[] = [];
  /** The endpoint of the attempt before: in a flood, of this one too. */
  private latest: EndpointStats | undefined;
  private readonly emit: (message: Endpoint | Notice) => void;

  private readonly source: string;

  /** @param source id of the source, for the records */
  constructor(source: string, emit: (message: Endpoint | Notice) => void) {
    this.source = source;
    this.emit = emit;
  }

  /** From now on there are several sources. What was counted is the first one's. */
  share(): void {
    if (this.byOrigin.length === 0) this.byOrigin.push(this.totals.slice());
  }

  /** @param origin index of a source: see AttemptView */
  totalsOf(origin: number): Float64Array {
    if (this.byOrigin.length === 0) return this.totals;
    return (this.byOrigin[origin] ??= new Float64Array(OUTCOMES.length));
  }

  /** Each change of an attempt's outcome, and its last word. */
  attempt(a: AttemptView): void {
    const stats = this.at(a);
    if (a.final) this.settled(stats, a);
    else stats?.changed(a);
    if (this.onlooker !== null && stats !== undefined) this.onlooker.attempt(stats, a);
  }

  private settled(stats: EndpointStats | undefined, a: AttemptView): void {
    const outcome = OUTCOMES.indexOf(a.outcome);
    this.totals[outcome]++;
    if (this.byOrigin.length > 0) this.totalsOf(a.origin)[outcome]++;
    if (stats === undefined) {
      this.beyond++;
    } else if (a.lone) {
      const time = a.time;
      if (stats.settledLone(a, outcome, time) > WATCH_FROM) this.watch(stats, time);
    } else {
      stats.settled(a);
    }
  }

  /**
   * What `attempt` does for the last word on each of several lone SYNs, read
   * from their lines in the ring, as far as they are of the endpoint that a flood was
   * suspected at before.
   * @returns the index behind the last one taken, from `from` on
   */
  lones(ring: LoneRing, lines: Int32Array, from: number, count: number): number {
    const { latest: stats } = this;
    if (stats === undefined || stats.flood === null) return from;
    const { outcomes, flood } = stats;
    const unanswered = outcomes[UNANSWERED];
    const { origin, until } = ofOneOrigin(ring, lines, from, count);
    const to = stats.settledLones(ring, lines, from, until);
    const shown = outcomes[UNANSWERED] - unanswered;
    this.count(origin, shown, to - from - shown);
    this.onlooker?.lones(stats, shown);
    for (let i = from; i < to; i++) {
      if (flood.known) {
        flood.lone += to - i;
        break;
      }
      if (flood.add(ring.lines.firstSyn(lines[i]))) this.tellFlood(stats, flood);
    }
    return to;
  }

  /** Several attempts' last words. */
  private count(origin: number, unanswered: number, unresolved: number): void {
    this.totals[UNANSWERED] += unanswered;
    this.totals[UNRESOLVED] += unresolved;
    if (this.byOrigin.length === 0) return;
    const totals = this.totalsOf(origin);
    totals[UNANSWERED] += unanswered;
    totals[UNRESOLVED] += unresolved;
  }

  /** Attempts that came to this. */
  total(outcome: Outcome): number {
    return this.totals[OUTCOMES.indexOf(outcome)];
  }

  get size(): number {
    return this.stats.length;
  }

  /** What is around an endpoint, by what is known now. */
  neighbours(): (s: EndpointStats) => Neighbours {
    return neighboursOf(this.stats);
  }

  /** Why an endpoint that is judged so may fail, by what is known now. */
  causes(s: EndpointStats, verdict: Verdict, near: Neighbours): readonly Cause[] {
    const own = this.explain?.(s.server, s.run?.start ?? s.first) ?? null;
    return causesOf(s, verdict, { ...near, icmpSeen: this.capture.icmpSeen }, own);
  }

  /** Judges every endpoint, in order of first appearance. */
  *conclude(): Generator<Endpoint> {
    const near = this.neighbours();
    for (const s of this.stats) {
      if (s.total === 0) continue;
      const verdict = judge(s, this.capture.oneWay);
      const causes = this.causes(s, verdict, near(s));
      yield {
        type: 'endpoint',
        server: s.server,
        source: this.source,
        verdict,
        attempts: attemptsOf(s),
        clients: s.clients.count,
        first: s.first,
        last: s.last,
        causes,
        story: storyOf(s, verdict, causes),
        settle: settleOf(s, causes),
      };
    }
  }

  private at(a: AttemptView): EndpointStats | undefined {
    const last = this.latest;
    if (last !== undefined && isAt(last, a)) return last;
    this.latest = this.lookUp(a);
    return this.latest;
  }

  private lookUp(a: AttemptView): EndpointStats | undefined {
    const words = [a.serverWord(0), a.serverWord(1), a.serverWord(2), a.serverWord(3)] as const;
    const hash = hashAddress(...words, a.serverPort);
    for (let p = this.index.first(hash); p >= 0; p = this.index.next(hash, p)) {
      const found = this.stats[this.index.slotAt(p)];
      if (isAt(found, a)) return found;
    }
    if (this.stats.length >= ENDPOINTS_MOST) return undefined;
    const made = new EndpointStats(a.v6 !== 0, words, a.serverPort);
    this.stats.push(made);
    this.index.add(hash, this.stats.length - 1);
    return made;
  }

  private watch(stats: EndpointStats, time: Micros): void {
    const flood = (stats.flood ??= new FloodWatch());
    if (flood.add(time)) this.tellFlood(stats, flood);
  }

  private tellFlood(stats: EndpointStats, flood: FloodWatch): void {
    const ip = formatAddress(stats.v6 ? 1 : 0, ...stats.words);
    const endpoint = stats.v6 ? `[${ip}]:${stats.port}` : `${ip}:${stats.port}`;
    this.emit({
      type: 'notice',
      code: 'syn-flood',
      time: flood.since,
      text: `over 100 SYNs a second at ${endpoint} from sources that neither retry nor go on: a SYN flood or a scanner, no clients; such SYNs count as no evidence against the port`,
    });
  }
}
