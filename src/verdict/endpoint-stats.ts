import * as L from '../flow/lone-lines.ts';
import type { LoneRing } from '../flow/lone-ring.ts';
import type { AttemptView } from '../flow/view.ts';
import {
  EXPIRED,
  ONE_WAY,
  REFUSED,
  RETRIED,
  REVERSE_SYN,
  SYN_ACK_REPEATED,
  SYN_AFTER_SYN_ACK,
} from '../flow/state.ts';
import type { Address, IcmpRefusal, Micros, Outcome, Vantage } from '../model/attempt.ts';
import { OUTCOMES, VANTAGES } from '../model/attempt.ts';
import { formatAddress } from '../wire/address.ts';
import { DistinctClients } from './distinct-clients.ts';
import { SilentRun } from './silent-run.ts';
import type { FloodWatch } from './syn-flood.ts';

/** Silent runs remembered of one endpoint once over: those of the most SYNs. */
const OUTAGES_KEPT = 8;

/** A failed attempt with at least so many SYNs over at least so long was no burst of loss. */
const DEAD_SYNS = 3;
const DEAD_SPAN = 2_500_000;

/** Lone SYNs that are asked where the capture was taken: more would tell the same. */
const LONE_VANTAGES = 64;

const UNANSWERED = OUTCOMES.indexOf('unanswered');
const UNRESOLVED = OUTCOMES.indexOf('unresolved');

/** All that is known of one server address and port: counts, never attempts. */
export class EndpointStats {
  readonly v6: boolean;
  readonly words: readonly [number, number, number, number];
  readonly port: number;
  /** By place in `OUTCOMES`. A typed array would take 200 bytes more, of each of 100,000 endpoints. */
  readonly outcomes = OUTCOMES.map(() => 0);
  readonly clients: DistinctClients;
  first: Micros = Number.POSITIVE_INFINITY;
  last: Micros = Number.NEGATIVE_INFINITY;

  /** The newest SYN-ACK, RST or ICMP refusal, and what it said. */
  lastAnswer: Micros = Number.NEGATIVE_INFINITY;
  lastAnswerOutcome: Outcome | null = null;
  /** The newest SYN-ACK, or a handshake that worked without one captured. */
  lastSuccess: Micros = Number.NEGATIVE_INFINITY;
  firstSuccess: Micros = Number.POSITIVE_INFINITY;
  lastRejection: Micros = Number.NEGATIVE_INFINITY;
  /** Refused and rejected attempts since the last success. */
  refusalsInRow = 0;
  rejection: IcmpRefusal | null = null;

  /** SYNs of attempts that were answered, and those of them that got no answer. */
  answeredSyns = 0;
  lostSyns = 0;
  /** Answered attempts that took more than one SYN. */
  retriedAnswered = 0;
  /** Unanswered attempts whose client never retried: scanners, floods. */
  loneUnanswered = 0;
  /** Those of `loneUnanswered` that are evidence. */
  loneKnown = 0;
  /** A client was first heard of by a lone SYN, as scanners and floods are: no lone SYN is evidence of silence then. */
  strangers = false;
  /** Lone SYNs that nothing came back to, those that stayed unresolved among them. */
  lone = 0;
  flood: FloodWatch | null = null;
  /** Failed attempts, three SYNs and more, that others outlived with success; beside those of `outages`. */
  dead = 0;
  hiddenRefusals = 0;
  /** Unanswered retried attempts about which a router said that a SYN's time to live ran out. */
  expired = 0;
  oneWay = 0;
  /** SYN and SYN-ACK both came again. */
  bothRepeated = 0;
  /** The client, near the capture, repeated its SYN after the SYN-ACK was captured. */
  unheard = 0;
  readonly vantages = VANTAGES.map(() => 0);

  run: SilentRun | null = null;
  readonly outages: SilentRun[] = [];

  constructor(v6: boolean, words: readonly [number, number, number, number], port: number) {
    this.v6 = v6;
    this.words = words;
    this.port = port;
    this.clients = new DistinctClients(v6);
  }

  get server(): Address {
    return { ip: formatAddress(this.v6 ? 1 : 0, ...this.words), port: this.port };
  }

  count(outcome: Outcome): number {
    return this.outcomes[OUTCOMES.indexOf(outcome)];
  }

  get total(): number {
    return this.outcomes.reduce((sum, n) => sum + n, 0);
  }

  /** Where most attempts say that the capture was taken. */
  get vantage(): Vantage {
    let best: Vantage = 'unknown';
    let most = 0;
    for (const [i, n] of this.vantages.entries()) {
      if (n > most && VANTAGES[i] !== 'unknown') {
        best = VANTAGES[i];
        most = n;
      }
    }
    return best;
  }

  /** Share of SYNs lost while the endpoint answers. */
  get lossRate(): number {
    return this.answeredSyns === 0 ? 0 : this.lostSyns / this.answeredSyns;
  }

  /** An attempt's outcome changed. */
  changed(a: AttemptView): void {
    // Who never retries may be no real stack: see `settledLone`.
    if (!a.final && a.outcome === 'unanswered' && (a.state & RETRIED) !== 0) this.missed(a);
  }

  /**
   * The last word on a lone SYN: the one path that a flood takes.
   * @param outcome index into OUTCOMES
   * @returns lone SYNs so far
   */
  settledLone(a: AttemptView, outcome: number, time: Micros): number {
    this.outcomes[outcome]++;
    const known = this.clients.add(
      a.clientWord(0),
      a.clientWord(1),
      a.clientWord(2),
      a.clientWord(3),
    );
    if (!known) this.strangers = true;
    else if (!this.strangers && outcome === UNANSWERED) {
      this.loneKnown++;
      this.missed(a);
    }
    if (time < this.first) this.first = time;
    if (time > this.last) this.last = time;
    if (outcome === UNANSWERED) {
      this.loneUnanswered++;
      if (this.lone < LONE_VANTAGES) this.vantages[VANTAGES.indexOf(a.vantage)]++;
    }
    return ++this.lone;
  }

  /**
   * The same for several, of IPv4 and after the first few, read from their
   * lines in the ring: from `from` on as far as they are of this endpoint.
   * @returns the index behind the last one taken
   */
  settledLones(ring: LoneRing, lines: Int32Array, from: number, count: number): number {
    if (this.v6 || this.lone < LONE_VANTAGES) return from;
    const { port, clients } = this;
    const server = this.words[0];
    const { tail, judgedCount, lines: ringLines } = ring;
    const { words, doubles, count: size } = ringLines;
    let { first, last } = this;
    let shown = 0;
    let i = from;
    for (; i < count; i++) {
      const line = lines[i];
      const w = line * L.WORDS;
      if (words[w + L.SERVER] !== server || (words[w + L.PORTS] & 0xffff) !== port) break;
      const info = words[w + L.INFO];
      if ((info & L.IS_V6) !== 0) break;
      if (((line - tail) & (size - 1)) < judgedCount && (info & L.NOT_SHOWN) === 0) shown++;
      clients.add(words[w + L.CLIENT], 0, 0, 0);
      const time = doubles[line * L.HALF_WORDS + L.FIRST_SYN];
      if (time < first) first = time;
      if (time > last) last = time;
    }
    this.first = first;
    this.last = last;
    this.lone += i - from;
    this.loneUnanswered += shown;
    this.outcomes[UNANSWERED] += shown;
    this.outcomes[UNRESOLVED] += i - from - shown;
    return i;
  }

  /** An attempt's last word. */
  settled(a: AttemptView): void {
    const { outcome, state } = a;
    const time = a.time;
    this.outcomes[OUTCOMES.indexOf(outcome)]++;
    this.clients.add(a.clientWord(0), a.clientWord(1), a.clientWord(2), a.clientWord(3));
    this.first = Math.min(this.first, time);
    this.last = Math.max(this.last, time, outcome === 'established' ? a.at : a.lastSeen);
    if ((state & ONE_WAY) !== 0) this.oneWay++;
    if (a.hidden_refusal) this.hiddenRefusals++;
    if ((state & SYN_AFTER_SYN_ACK) !== 0) {
      if ((state & SYN_ACK_REPEATED) !== 0) this.bothRepeated++;
      if (a.vantage === 'client') this.unheard++;
    }
    if (outcome === 'unanswered') {
      this.vantages[VANTAGES.indexOf(a.vantage)]++;
      if ((state & EXPIRED) !== 0) this.expired++;
      this.failed(a, time);
      return;
    }
    if (outcome === 'unresolved') return;
    this.vantages[VANTAGES.indexOf(a.vantage)]++;
    if (outcome === 'rejected') this.rejected(a);
    this.answered(a);
  }

  private failed(a: AttemptView, time: Micros): void {
    // Noted when it was shown unanswered; now its later SYNs.
    const later = Math.max(0, a.syns - 2);
    if (this.run !== null && time >= this.run.start) {
      this.run.extend(a.lastSeen, later);
      return;
    }
    const span = a.lastSeen - time;
    const over = this.outages.find((run) => run.contains(time) && run.contains(a.lastSeen));
    over?.extend(a.lastSeen, later);
    if (a.syns < DEAD_SYNS || span < DEAD_SPAN || this.lastSuccess <= time) return;
    // Within a full outage nothing else succeeded either: whether it was one is judged at the end.
    const run = this.outages.find((outage) => outage.contains(time));
    if (run === undefined) this.dead++;
    else run.dead++;
  }

  /** Lets the weakest run go where there are too many: a lossy port has short ones all the time. */
  private remember(run: SilentRun): void {
    this.outages.push(run);
    if (this.outages.length <= OUTAGES_KEPT) return;
    let weakest = 0;
    for (const [i, other] of this.outages.entries()) {
      if (other.syns < this.outages[weakest].syns) weakest = i;
    }
    const [gone] = this.outages.splice(weakest, 1);
    this.dead += gone.dead;
  }

  /** Shown unanswered. */
  private missed(a: AttemptView): void {
    const time = a.time;
    if (this.lastAnswer > time) return; // another one, later, was answered: not silent
    this.run ??= new SilentRun(time);
    this.run.add(time, a.lastSeen, a.syns, a.clientWord(0) ^ a.clientWord(3));
  }

  private rejected(a: AttemptView): void {
    this.lastRejection = Math.max(this.lastRejection, a.lastSeen);
    this.rejection ??= a.icmp;
  }

  private answered(a: AttemptView): void {
    const { outcome, state } = a;
    const syns = (state & REVERSE_SYN) === 0 ? Math.max(1, a.syns - a.duplicateSyns) : 1;
    if (outcome === 'established' || outcome === 'half-open') {
      const answer = a.answerTime;
      this.lastSuccess = Math.max(this.lastSuccess, answer);
      this.firstSuccess = Math.min(this.firstSuccess, answer);
      if (outcome === 'established' && (state & REFUSED) === 0) {
        this.answeredSyns += syns;
        this.lostSyns += syns - 1;
        if (syns > 1) this.retriedAnswered++;
      }
    }
    const success = outcome === 'established' || outcome === 'half-open';
    const at = success ? a.answerTime : a.lastSeen;
    if (!success && at >= this.lastSuccess) this.refusalsInRow++;
    if (at >= this.lastAnswer) {
      if (success) this.refusalsInRow = 0;
      this.lastAnswer = at;
      this.lastAnswerOutcome = outcome;
    }
    if (this.run !== null && at >= this.run.start) {
      this.run.end = Math.max(this.run.end, at);
      this.remember(this.run);
      this.run = null;
    }
  }
}
