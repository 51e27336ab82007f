import type { AnalyserHost, Attempt, JsonValue, Memory, Micros } from 'unackd';
import type { Cases } from './cases.ts';
import type { Clients } from './clients.ts';
import type { Capture } from './judge.ts';
import {
  caseOf,
  portOf,
  rateOf,
  recordOf,
  rowOfCase,
  rowOfPort,
  rowOfRate,
} from './learnt-rows.ts';
import type { Network, Places, Port } from './places.ts';
import { KEPT_AGAIN, REMEMBERED_FOR, RETRY_GAP, SECOND } from './rules.ts';

export interface Parts {
  readonly places: Places;
  readonly clients: Clients;
  readonly cases: Cases;
  readonly capture: Capture;
}

/** Between two looks for endpoints that have not answered for too long. */
const AGED_EVERY: Micros = 3600 * SECOND;

/** Ports that are kept at a time: some 75 ms, for which packets wait. */
const AT_ONCE = 5000;

const PORT = 'port ';
const NETWORK = 'network ';
const INCIDENT = 'incident ';
const CAPTURE = 'capture';

/** What is known from before a restart, and where more of it goes; `null` where nothing is kept. */
export function recall(host: AnalyserHost, parts: Parts, source: string): Learnt | null {
  const { remembered } = host;
  if (remembered === null) return null;
  const learnt = new Learnt(parts, source);
  const unreadable = learnt.restore(remembered);
  if (unreadable > 0) {
    host.log(
      'warn',
      `${unreadable} of ${remembered.size} entries that were remembered make no sense and are forgotten`,
    );
  }
  return learnt;
}

/**
 * What is kept over a restart: the endpoints that answered with what was learnt
 * of them, and the incidents that were told. Silences that are not told yet begin
 * anew, and clients show themselves again with their next handshake.
 */
export class Learnt {
  readonly #parts: Parts;
  readonly #source: string;
  /** Ports that answered since they were kept, and when each was. */
  readonly #changed = new Set<Port>();
  readonly #keptAt = new Map<Port, Micros>();
  /** What each incident was kept as, by key. */
  readonly #incidents = new Map<string, string>();
  /** Keys that stand for nothing any more. */
  readonly #gone = new Set<string>();
  #now: Micros = Number.NEGATIVE_INFINITY;
  /** The first answer's time in this life. */
  #began: Micros = Number.NaN;
  #agedAt: Micros = Number.NEGATIVE_INFINITY;

  /** @param source as incidents' ids have it */
  constructor(parts: Parts, source: string) {
    this.#parts = parts;
    this.#source = source;
    parts.places.onForget = (port) => this.#forgot(port);
  }

  /** Whether the first SYN seen of it may be a retry of one sent before the restart. */
  mayBeRetry({ time }: Attempt): boolean {
    return time - this.#began < RETRY_GAP;
  }

  answered(port: Port, now: Micros): void {
    if (Number.isNaN(this.#began)) this.#began = now;
    this.#now = Math.max(this.#now, now);
    this.#changed.add(port);
  }

  #forgot(port: Port): void {
    this.#changed.delete(port);
    if (this.#keptAt.delete(port)) this.#gone.add(PORT + port.name);
    if (port.network.hosts.size === 0) this.#gone.add(NETWORK + port.network.prefix);
  }

  /** @param all else at most so many ports at a time */
  save(memory: Memory, all: boolean): void {
    const { cases, capture } = this.#parts;
    if (this.#now - this.#agedAt >= AGED_EVERY) this.#age();
    for (const key of this.#gone) memory.delete(key);
    this.#gone.clear();
    if (this.#changed.size > 0) {
      memory.set(CAPTURE, { handshakes: capture.handshakes, missing: capture.missing });
    }
    const kept = new Set<string>();
    for (const c of cases.told(this.#now)) {
      const key = INCIDENT + c.id;
      kept.add(key);
      for (const port of c.members) if (!this.#keptAt.has(port)) this.#keep(port, memory);
      const row = rowOfCase(c);
      const text = JSON.stringify(row);
      if (this.#incidents.get(key) === text) continue;
      this.#incidents.set(key, text);
      memory.set(key, row);
    }
    for (const key of this.#incidents.keys()) {
      if (kept.has(key)) continue;
      this.#incidents.delete(key);
      memory.delete(key);
    }
    const networks = new Set<Network>();
    let left = all ? Number.POSITIVE_INFINITY : AT_ONCE;
    for (const port of this.#changed) {
      const keptAt = this.#keptAt.get(port) ?? Number.NEGATIVE_INFINITY;
      if (!all && this.#now - keptAt < KEPT_AGAIN) continue;
      if (left-- === 0) break;
      networks.add(port.network);
      this.#keep(port, memory);
    }
    for (const { prefix, loss, lossAgain } of networks) {
      memory.set(NETWORK + prefix, { ...rowOfRate(loss), again: rowOfRate(lossAgain) });
    }
  }

  #keep(port: Port, memory: Memory): void {
    this.#changed.delete(port);
    this.#keptAt.set(port, this.#now);
    memory.set(PORT + port.name, rowOfPort(port));
  }

  /** Endpoints that have not answered for too long go, but those in trouble. */
  #age(): void {
    this.#agedAt = this.#now;
    const { places } = this.#parts;
    for (const port of places.all) {
      const { cases, host, network } = port;
      if (port.lastOk >= this.#now - REMEMBERED_FOR || port.answers === 0) continue;
      if (cases.size + host.cases.size + network.cases.size > 0 || port.run !== null) continue;
      places.forget(port);
    }
  }

  /** @returns how many entries make no sense; they are forgotten */
  restore(remembered: ReadonlyMap<string, JsonValue>): number {
    let unreadable = 0;
    const attempt = (key: string, step: () => boolean): void => {
      let done = false;
      try {
        done = step();
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      if (done) return;
      unreadable++;
      this.#gone.add(key);
    };
    // Incidents refer to ports, networks are made by them.
    for (const [key, value] of remembered) {
      if (key.startsWith(PORT)) attempt(key, () => this.#restorePort(key, value));
    }
    for (const [key, value] of remembered) {
      if (key.startsWith(PORT)) continue;
      attempt(key, () => this.#restoreOther(key, value));
    }
    return unreadable;
  }

  #restorePort(key: string, value: JsonValue): boolean {
    const { places, capture } = this.#parts;
    // The bound was lowered: what is over is forgotten.
    if (places.full) {
      this.#gone.add(key);
      return true;
    }
    const port = portOf(key.slice(PORT.length), value, places);
    if (port === null) return false;
    port.network.lastOk = Math.max(port.network.lastOk, port.lastOk);
    capture.lastOk = Math.max(capture.lastOk, port.lastOk);
    this.#now = Math.max(this.#now, port.lastOk);
    this.#keptAt.set(port, port.lastOk);
    return true;
  }

  #restoreOther(key: string, value: JsonValue): boolean {
    const { places, cases, capture, clients } = this.#parts;
    if (key === CAPTURE) {
      const { handshakes, missing } = recordOf(value);
      if (typeof handshakes !== 'number' || typeof missing !== 'number') return false;
      capture.handshakes = handshakes;
      capture.missing = missing;
      return true;
    }
    if (key.startsWith(NETWORK)) {
      const network = places.networks.get(key.slice(NETWORK.length));
      if (network === undefined) return false;
      Object.assign(network.loss, rateOf(value));
      Object.assign(network.lossAgain, rateOf(recordOf(value)['again']));
      return true;
    }
    const c = caseOf(value, this.#source, places, clients);
    if (c === null || key !== INCIDENT + c.id) return false;
    this.#incidents.set(key, JSON.stringify(value));
    cases.resume(c);
    return true;
  }
}
