import type { Address, Emit, Micros } from 'unackd';
import { endpointName, filterThatShows, plural } from './words.ts';

/** Unanswered retries at one endpoint this close to each other are one story. */
const PAUSE = 60_000_000;

/**
 * Share of an endpoint's unanswered retried attempts that must stop at two SYNs.
 * An ICMP error ends Linux at its second SYN, but Windows and the BSDs go on,
 * so some may send more. Where nearly all do, it is a black hole, and the few
 * are impatient applications.
 */
const LEAST_SHARE = 0.25;

/** Unanswered retried attempts at one endpoint, without a long pause. */
interface Episode {
  readonly server: Address;
  /** First SYNs of the first and the last attempt. */
  first: Micros;
  last: Micros;
  /** Attempts of two SYNs 1 s apart, and those that are told or counted already. */
  twoSyns: number;
  settled: number;
  /** Attempts of more SYNs. */
  longer: number;
  /** First SYN of the first attempt of two, and seconds to its second. */
  firstOfTwo: Micros;
  gap: number;
}

interface Suspect {
  readonly server: Address;
  readonly first: Micros;
  /** Seconds between the two SYNs of the first attempt. */
  readonly gap: number;
  attempts: number;
}

/** Whether a refusal that the capture missed explains the attempts of two SYNs. */
export function isPlausible({ twoSyns, longer }: Episode): boolean {
  return twoSyns >= LEAST_SHARE * (twoSyns + longer);
}

/** Server endpoints whose refusals by ICMP the capture may have missed; each is told once. */
export class Suspicions {
  readonly #episodes = new Map<string, Episode>();
  readonly #suspects = new Map<string, Suspect>();
  readonly #endpoints: number;
  readonly #limit: number;
  #beyond = 0;

  /**
   * @param endpoints endpoints to watch; the one that failed longest ago goes first
   * @param limit endpoints to name; attempts at others are counted together
   */
  constructor(endpoints: number, limit: number) {
    this.#endpoints = endpoints;
    this.#limit = limit;
  }

  /**
   * Counts an unanswered retried attempt.
   *
   * @param gap seconds between its two SYNs, 0 if it sent more or at other times
   * @returns what it belongs to; `undefined` for one so late that its episode is over
   */
  count(server: Address, first: Micros, gap: number): Episode | undefined {
    const key = endpointName(server);
    let episode = this.#episodes.get(key);
    if (episode !== undefined && first < episode.first - PAUSE) return undefined;
    if (episode !== undefined && first > episode.last + PAUSE) {
      this.settle(episode);
      episode = undefined;
    }
    this.#episodes.delete(key);
    episode ??= this.#newEpisode(server, first);
    this.#episodes.set(key, episode);
    episode.first = Math.min(episode.first, first);
    episode.last = Math.max(episode.last, first);
    if (gap === 0) {
      episode.longer++;
    } else if (episode.twoSyns++ === 0 || first < episode.firstOfTwo) {
      episode.firstOfTwo = first;
      episode.gap = gap;
    }
    return episode;
  }

  /** Whether what is going on at an endpoint allows for the suspicion. */
  arePlausible(server: Address): boolean {
    const episode = this.#episodes.get(endpointName(server));
    return episode === undefined || isPlausible(episode);
  }

  #newEpisode(server: Address, first: Micros): Episode {
    if (this.#episodes.size >= this.#endpoints) {
      for (const [key, oldest] of this.#episodes) {
        this.settle(oldest);
        this.#episodes.delete(key);
        break;
      }
    }
    const { ip, port } = server;
    const none = { twoSyns: 0, settled: 0, longer: 0, firstOfTwo: first, gap: 0 };
    return { server: { ip, port }, first, last: first, ...none };
  }

  /** Draws the conclusion from an episode: its endpoint, where it is a new suspect and to be named. */
  settle(episode: Episode): Suspect | undefined {
    const attempts = episode.twoSyns - episode.settled;
    if (attempts === 0 || !isPlausible(episode)) return undefined;
    episode.settled = episode.twoSyns;
    const { server, firstOfTwo: first, gap } = episode;
    const key = endpointName(server);
    const known = this.#suspects.get(key);
    if (known !== undefined) {
      known.attempts += attempts;
      return undefined;
    }
    if (this.#suspects.size >= this.#limit) {
      this.#beyond += attempts;
      return undefined;
    }
    const suspect = { server, first, gap, attempts };
    this.#suspects.set(key, suspect);
    return suspect;
  }

  /** Names all of them, in order of their first attempts. */
  tellAll(emit: Emit, now: Micros): void {
    const episodes = [...this.#episodes.values()];
    for (const episode of episodes.toSorted((a, b) => a.first - b.first)) this.settle(episode);
    const inOrder = [...this.#suspects.values()].toSorted((a, b) => a.first - b.first);
    for (const suspect of inOrder) tellSuspect(suspect, emit, now);
  }

  /** One notice for what no other one told. */
  tellBeyond(emit: Emit, now: Micros, unwatched: number): void {
    const count = this.#beyond + unwatched;
    if (count === 0) return;
    emit({
      type: 'notice',
      code: 'hidden-refusal-suspected',
      time: now,
      text:
        `${plural(count, 'more attempt')} of two SYNs 1 s apart: not told one by one, as ` +
        `${this.#beyond} went to endpoints beyond the first ${this.#limit} and ${unwatched} came while too many waited`,
    });
  }
}

export function tellSuspect(suspect: Suspect, emit: Emit, now: Micros): void {
  const { server, attempts, gap } = suspect;
  emit({
    type: 'notice',
    code: 'hidden-refusal-suspected',
    time: now,
    text:
      `${endpointName(server)}: ${plural(attempts, 'attempt')} of two SYNs ${gap.toFixed(2)} s apart and then nothing, ` +
      'with no ICMP anywhere in the capture: so does a Linux client whose refusal by ICMP the capture filter hid, ' +
      "though an application's own time-out of 1 to 3 s looks alike; " +
      `capture with "${filterThatShows(server)}" to tell`,
  });
}
