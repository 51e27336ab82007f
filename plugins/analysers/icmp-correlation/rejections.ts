import type { Address, Attempt, Emit, Micros } from 'unackd';
import { endpointName, plural } from './words.ts';

/**
 * When the last captured SYN was sent. An error that ends an attempt follows
 * its last SYN at once, while `at` may be much later: the attempt's last word
 * is spoken when its memory is needed, or the file ends.
 */
function lastSyn(a: Attempt): Micros {
  return a.syns === 1 ? a.time : a.time + (a.syn_offsets.at(-1) ?? 0) * 1e6;
}

/** One server endpoint that rejects by ICMP. */
interface Rejecting {
  readonly server: Address;
  /** First SYN of the first attempt counted here. */
  readonly since: Micros;
  /** Rejections without a pause longer than `lately`: the first and the last. */
  first: Micros;
  last: Micros;
  /** Attempts that have ended, by how. */
  rejected: number;
  silent: number;
  /** Told, or in the list of those to tell. */
  noted: boolean;
}

/** One rejection among silence may be another fault; two say that somebody answers. */
const ENOUGH_REJECTIONS = 2;

/**
 * Endpoints that rejected lately, the longest unused forgotten first. Where
 * some SYNs are rejected and others meet silence, the sender's rate limit for
 * ICMP explains the silence.
 */
export class Rejections {
  /** Nothing was ever rejected. A plain field: read for each SYN of a flood. */
  empty = true;
  readonly #endpoints = new Map<string, Rejecting>();
  /** Endpoints by port: a flood at other ports is sorted out without making text. */
  readonly #byPort = new Uint32Array(65_536);
  readonly #limit: number;
  readonly #lately: Micros;
  readonly #toTell: Rejecting[] = [];
  readonly #tellAtMost: number;
  #untold = 0;

  /**
   * @param limit endpoints to remember
   * @param lately how long after a rejection silence is put down to the rate limit
   * @param tellAtMost endpoints to name in notices
   */
  constructor(limit: number, lately: Micros, tellAtMost: number) {
    this.#limit = limit;
    this.#lately = lately;
    this.#tellAtMost = tellAtMost;
  }

  rejected(a: Attempt): Rejecting | undefined {
    this.empty = false;
    const key = endpointName(a.server);
    const time = lastSyn(a);
    let endpoint = this.#endpoints.get(key);
    if (endpoint === undefined) {
      endpoint = this.#newcomer(a, time);
    } else {
      this.#endpoints.delete(key);
      const paused = time - endpoint.last > this.#lately;
      endpoint.first = paused ? time : Math.min(endpoint.first, time);
      endpoint.last = Math.max(endpoint.last, time);
    }
    this.#endpoints.set(key, endpoint);
    if (!a.final) return undefined;
    endpoint.rejected++;
    return this.#note(endpoint);
  }

  #newcomer(a: Attempt, time: Micros): Rejecting {
    if (this.#endpoints.size >= this.#limit) {
      for (const [key, oldest] of this.#endpoints) {
        this.#endpoints.delete(key);
        this.#byPort[oldest.server.port]--;
        break;
      }
    }
    this.#byPort[a.server.port]++;
    const server = { ip: a.server.ip, port: a.server.port };
    const counts = { rejected: 0, silent: 0, noted: false };
    return { server, since: a.time, first: time, last: time, ...counts };
  }

  /**
   * The endpoint of an unanswered attempt if it rejected another one at most
   * `lately` before this one's first SYN, or between its SYNs.
   */
  of(a: Attempt): Rejecting | undefined {
    if (this.#byPort[a.server.port] === 0) return undefined;
    const endpoint = this.#endpoints.get(endpointName(a.server));
    if (endpoint === undefined || a.time - endpoint.last > this.#lately) return undefined;
    return endpoint.first <= lastSyn(a) ? endpoint : undefined;
  }

  /** An attempt at it ended in silence. */
  silent(endpoint: Rejecting): Rejecting | undefined {
    endpoint.silent++;
    return this.#note(endpoint);
  }

  /** The endpoint, once, when there is enough to tell. */
  #note(endpoint: Rejecting): Rejecting | undefined {
    if (endpoint.noted || endpoint.silent === 0) return undefined;
    if (endpoint.rejected < ENOUGH_REJECTIONS) return undefined;
    endpoint.noted = true;
    if (this.#toTell.length >= this.#tellAtMost) {
      this.#untold++;
      return undefined;
    }
    this.#toTell.push(endpoint);
    return endpoint;
  }

  /** Tells all that were noted, in order of their first attempts. */
  tellAll(emit: Emit, now: Micros): void {
    const inOrder = this.#toTell.toSorted((a, b) => a.since - b.since);
    for (const endpoint of inOrder) tellRejecting(endpoint, emit, now);
  }

  tellBeyond(emit: Emit, now: Micros): void {
    if (this.#untold === 0) return;
    emit({
      type: 'notice',
      code: 'refusals-rate-limited',
      time: now,
      text: `${plural(this.#untold, 'more endpoint')} rejected some attempts by ICMP and left others without an answer`,
    });
  }
}

export function tellRejecting(endpoint: Rejecting, emit: Emit, now: Micros): void {
  const { server, rejected, silent } = endpoint;
  emit({
    type: 'notice',
    code: 'refusals-rate-limited',
    time: now,
    text:
      `${endpointName(server)}: ${rejected} of ${plural(rejected + silent, 'attempt')} rejected by ICMP; ` +
      'the silent rest is the rate limit of who sends the ICMP (Linux: about one a second and client ' +
      'after a burst of six), not a black hole',
  });
}
