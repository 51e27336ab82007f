/** icmp-correlation: silence that is no black hole, because a refusal by ICMP was not sent or not captured. */
import { defineAnalyser } from 'unackd';
import type { Analyser, AnalyserHost, Annotation, Attempt, Emit, Micros } from 'unackd';
import { FilterFacts } from './filter-facts.ts';
import { Rejections, tellRejecting } from './rejections.ts';
import { isPlausible, Suspicions, tellSuspect } from './suspicions.ts';
import { distinctSyns, gapOfTwo } from './two-syns.ts';
import { WaitingAttempts } from './waiting.ts';

const SECOND = 1_000_000;

/** After a second SYN at 1 s every stack's third is due within 2 s, 12.5 % late included: 3 s settle it. */
const SILENCE = 3 * SECOND;

const HIDDEN: Annotation = { hidden_refusal: true };
const NOT_HIDDEN: Annotation = { hidden_refusal: false };

interface Settings {
  readonly endpoints: number;
  readonly lately: Micros;
  readonly notices: number;
  readonly waiting: number;
}

class IcmpCorrelation implements Analyser {
  readonly #host: AnalyserHost;
  readonly #emit: Emit;
  readonly #filters: FilterFacts;
  readonly #rejections: Rejections;
  readonly #suspicions: Suspicions;
  readonly #waiting: WaitingAttempts;

  constructor(settings: Settings, host: AnalyserHost, emit: Emit) {
    this.#host = host;
    this.#emit = emit;
    this.#filters = new FilterFacts(host.capture);
    this.#rejections = new Rejections(settings.endpoints, settings.lately, settings.notices);
    this.#suspicions = new Suspicions(settings.endpoints, settings.notices);
    this.#waiting = new WaitingAttempts(settings.waiting);
  }

  /** Live, each SYN: a third one changes no outcome, so it has to be watched for. */
  watch(a: Attempt): void {
    if (a.syns === 1) return;
    const syns = distinctSyns(a);
    const gap = gapOfTwo(syns);
    if (gap === 0) {
      const goesOn = this.#waiting.remove(a) && syns.length > 2;
      if (goesOn && this.#icmpMayBeHidden(a.server.ip)) {
        this.#suspicions.count(a.server, a.time, 0);
      }
    } else if (a.outcome === 'unanswered' || a.outcome === 'unresolved') {
      this.#waiting.add(a, gap, a.time + gap * SECOND + SILENCE);
      this.#wake();
    }
  }

  /** Third SYNs may pass unseen. */
  unwatch(): void {
    this.#waiting.clear();
  }

  /** A lone SYN says something only beside rejections: then it may be one that the limiter left without. */
  skipsLone(): boolean {
    return this.#rejections.empty;
  }

  attempt(a: Attempt): Annotation | undefined {
    const outcome = a.outcome;
    // First of all the flood: a lone SYN that nothing was ever rejected beside.
    if (a.syns === 1 && outcome !== 'rejected' && this.#rejections.empty) return undefined;
    if (!this.#host.capture.finite) this.#filters.tellOnce(this.#emit, a.at);
    if (outcome === 'unanswered') {
      if (this.#limited(a) || this.#trapped(a)) return HIDDEN;
    } else {
      if (outcome === 'rejected') this.#noteRejection(a);
      if (outcome !== 'unresolved') this.#waiting.remove(a);
    }
    return a.hidden_refusal ? NOT_HIDDEN : undefined;
  }

  #noteRejection(a: Attempt): void {
    const noted = this.#rejections.rejected(a);
    if (noted !== undefined && !this.#host.capture.finite) tellRejecting(noted, this.#emit, a.at);
  }

  /** Silence at an endpoint that rejected others lately. */
  #limited(a: Attempt): boolean {
    if (this.#rejections.empty) return false;
    const endpoint = this.#rejections.of(a);
    if (endpoint === undefined) return false;
    if (a.final) {
      const noted = this.#rejections.silent(endpoint);
      if (noted !== undefined && !this.#host.capture.finite) tellRejecting(noted, this.#emit, a.at);
    }
    return true;
  }

  /** Two SYNs 1 s apart, then nothing, and no ICMP so far. */
  #trapped(a: Attempt): boolean {
    if (a.syns === 1) return false;
    const syns = distinctSyns(a);
    const gap = gapOfTwo(syns);
    if (gap === 0 && syns.length <= 2) return false;
    if (!this.#icmpMayBeHidden(a.server.ip)) return false;
    if (this.#host.capture.finite) {
      if (!a.final) return false;
      const episode = this.#suspicions.count(a.server, a.time, gap);
      return gap > 0 && (episode === undefined || isPlausible(episode));
    }
    return (
      gap > 0 && a.at - a.time >= gap * SECOND + SILENCE && this.#suspicions.arePlausible(a.server)
    );
  }

  #icmpMayBeHidden(ip: string): boolean {
    return !this.#host.capture.icmpSeen && !this.#filters.show(ip.includes(':') ? 6 : 4);
  }

  #wake(): void {
    const next = this.#waiting.next();
    if (next !== null) this.#host.wakeAt(next);
  }

  advance(now: Micros): void {
    if (this.#host.capture.icmpSeen) this.#waiting.clear();
    for (const { server, first, gap } of this.#waiting.due(now)) {
      if (!this.#icmpMayBeHidden(server.ip)) continue;
      const episode = this.#suspicions.count(server, first, gap);
      const suspect = episode === undefined ? undefined : this.#suspicions.settle(episode);
      if (suspect !== undefined) tellSuspect(suspect, this.#emit, now);
    }
    this.#wake();
  }

  end(now: Micros): void {
    const { finite, icmpSeen } = this.#host.capture;
    this.#filters.tellOnce(this.#emit, now);
    if (finite) {
      this.#rejections.tellAll(this.#emit, now);
      // ICMP may have come after the last of these attempts: then none was hidden.
      if (!icmpSeen) this.#suspicions.tellAll(this.#emit, now);
    }
    this.#rejections.tellBeyond(this.#emit, now);
    if (!icmpSeen) this.#suspicions.tellBeyond(this.#emit, now, this.#waiting.unwatched);
  }
}

/** Asks for each SYN, which files have no need of: they tell at the end. */
class LiveIcmpCorrelation extends IcmpCorrelation {
  syn(a: Attempt): void {
    this.watch(a);
  }

  blind(): void {
    this.unwatch();
  }
}

export default defineAnalyser({
  api: 1,
  name: 'icmp-correlation',
  doc: 'Tells silence behind which a refusal by ICMP hides from a black hole.',
  reads: ['attempt'],
  emits: ['notice'],
  options: {
    lately: {
      type: 'duration',
      default: '60s',
      min: '0s',
      doc: 'how long after a rejection by ICMP silence at the same endpoint is put down to its rate limit',
    },
    endpoints: {
      type: 'int',
      default: 65_536,
      min: 1,
      doc: 'failing endpoints to remember (about 300 bytes each); the longest unused goes first',
    },
    notices: {
      type: 'int',
      default: 1000,
      min: 1,
      doc: 'endpoints to name in notices of one kind; the rest is summed up in one at the end',
    },
    waiting: {
      type: 'int',
      default: 8192,
      min: 1,
      doc: 'live attempts whose third SYN is waited for; beyond it the oldest is not judged, and counted',
    },
  },
  create: (settings, host, emit) =>
    host.capture.finite
      ? new IcmpCorrelation(settings, host, emit)
      : new LiveIcmpCorrelation(settings, host, emit),
});
