import type { Attempt, IncidentKind, Micros } from 'unackd';
import { LossRate, RecentSyns } from './loss.ts';
import type { SlotCounts } from './loss.ts';
import { OpenCases } from './open-cases.ts';
import { Partial } from './partial.ts';
import { endpointName, networkOf } from './prefix.ts';
import { BURST_MEMORY, OVERDUE_LEAST, OVERDUE_MOST, OVERDUE_UNKNOWN, SECOND } from './rules.ts';
import type { Run } from './run.ts';
import type { Refusals } from './refusals.ts';

/** A /24 or /64 of servers. */
export class Network {
  readonly prefix: string;
  readonly hosts = new Map<string, Host>();
  readonly recent = new RecentSyns();
  readonly loss = new LossRate();
  /** Of SYNs sent because one was lost: higher than `loss` where losses come in bursts. */
  readonly lossAgain = new LossRate(50);
  /** Ports that are silent now. */
  readonly silent = new Set<Port>();
  /** Ports whose alarm waits for neighbours. */
  readonly held = new Map<Port, IncidentKind>();
  readonly cases = new OpenCases();
  lastOk: Micros = Number.NEGATIVE_INFINITY;
  #burst: Micros = 0;
  #burstAt: Micros = Number.NEGATIVE_INFINITY;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The longest silence that healed by itself, fading with the time since. */
  burstAsOf(now: Micros): Micros {
    return this.#burst * Math.max(0, 1 - (now - this.#burstAt) / BURST_MEMORY);
  }

  /** A silence healed by itself. */
  healed(span: Micros, now: Micros): void {
    if (span < this.burstAsOf(now)) return;
    this.#burst = span;
    this.#burstAt = now;
  }
}

export class Host {
  readonly ip: string;
  readonly network: Network;
  readonly ports = new Map<number, Port>();
  readonly cases = new OpenCases();

  constructor(ip: string, network: Network) {
    this.ip = ip;
    this.network = network;
  }
}

/** A server's address and port that answered, or is expected to. */
export class Port {
  readonly key: number | string;
  readonly host: Host;
  readonly port: number;
  readonly name: string;
  readonly cases = new OpenCases();
  /** Told nobody: not in `only`, or in `ignore`. */
  readonly muted: boolean;
  readonly expected: boolean;
  readonly loss = new LossRate();
  /** SYN-ACKs that came, the first and the newest SYN that one answered. */
  answers = 0;
  firstOk: Micros = Number.NaN;
  lastOk: Micros = Number.NEGATIVE_INFINITY;
  /** The newest SYN that anything came back for, refusals too. */
  lastBack: Micros = Number.NEGATIVE_INFINITY;
  /** When a silence of the whole port last ended: flows from before it tell of that. */
  silentUntil: Micros = Number.NEGATIVE_INFINITY;
  /** The newest handshake seen through. */
  lastThrough: Micros = Number.NEGATIVE_INFINITY;
  run: Run | null = null;
  /** Answers that went out and did not reach the client. */
  replies: Run | null = null;
  refusals: Refusals | null = null;
  lastRejected: Micros = Number.NEGATIVE_INFINITY;
  partial: Partial | null = null;
  /** SYNs that failed lately, whether or not others were answered. */
  failed: SlotCounts | null = null;
  /** Where the capture was taken, as its attempts tell. */
  vantage: Attempt['vantage'] = 'unknown';
  /** Used since the table last looked for one to forget. */
  used = true;
  #answerTime = Number.NaN;
  #deviation = 0;
  /** The client network that got through last, and when another one did. */
  #heardBy: unknown = null;
  #heardBefore: Micros = Number.NEGATIVE_INFINITY;

  constructor(key: number | string, host: Host, port: number, rules: PlaceRules) {
    this.key = key;
    this.host = host;
    this.port = port;
    this.name = endpointName(host.ip, port);
    this.expected = rules.expected(host.ip, port);
    this.muted = rules.muted(host.ip, port);
  }

  /** A handshake of these clients was completed. */
  wentThrough(clients: unknown, sent: Micros): void {
    if (this.#heardBy !== clients) {
      this.#heardBefore = this.lastThrough;
      this.#heardBy = clients;
    }
    this.lastThrough = Math.max(this.lastThrough, sent);
  }

  /** Whether clients of another network completed a handshake since. */
  heardByOthers(clients: unknown, since: Micros): boolean {
    return (this.#heardBy === clients ? this.#heardBefore : this.lastThrough) > since;
  }

  /** An attempt's word on where the capture was taken: what a silent one can't tell, an answered one told before. */
  seenAt(vantage: Attempt['vantage']): void {
    if (vantage !== 'unknown') this.vantage = vantage;
  }

  get network(): Network {
    return this.host.network;
  }

  /** It has answered before, or must answer in any case. */
  get hasBaseline(): boolean {
    return this.answers > 0 || this.expected;
  }

  /** An answer's time after its SYN: smoothed as RFC 6298 does round trips. */
  learnAnswerTime(time: Micros): void {
    if (Number.isNaN(this.#answerTime)) {
      this.#answerTime = time;
      this.#deviation = time / 2;
    } else {
      this.#deviation += (Math.abs(time - this.#answerTime) - this.#deviation) / 4;
      this.#answerTime += (time - this.#answerTime) / 8;
    }
  }

  /** The smoothed time and its deviation; NaN and 0 while none is known. */
  get answerTime(): readonly [Micros, Micros] {
    return [this.#answerTime, this.#deviation];
  }

  set answerTime([time, deviation]: readonly [Micros, Micros]) {
    this.#answerTime = time;
    this.#deviation = deviation;
  }

  /** Silence for this long after a SYN is longer than this port's usual answer time. */
  get overdueAfter(): Micros {
    if (Number.isNaN(this.#answerTime)) return OVERDUE_UNKNOWN;
    const usual = this.#answerTime + 4 * this.#deviation + 0.1 * SECOND;
    return Math.min(OVERDUE_MOST, Math.max(OVERDUE_LEAST, usual));
  }

  /** An answer that took this long after its last SYN was slow, not lost and asked for again. */
  isSlow(time: Micros): boolean {
    return (
      !Number.isNaN(this.#answerTime) && time > this.#answerTime + 4 * this.#deviation + 50_000
    );
  }
}

function endpointKey(a: Attempt): number | string {
  return a.server_key ?? endpointName(a.server.ip, a.server.port);
}

export interface PlaceRules {
  readonly limit: number;
  expected(ip: string, port: number): boolean;
  muted(ip: string, port: number): boolean;
}

/** Ports that answered, by host and network, bounded. */
export class Places {
  forgotten = 0;
  /** Called with each port that is let go. */
  onForget: (port: Port) => void = () => {};
  readonly networks = new Map<string, Network>();
  readonly #ports = new Map<number | string, Port>();
  readonly #rules: PlaceRules;

  constructor(rules: PlaceRules) {
    this.#rules = rules;
  }

  find(a: Attempt): Port | undefined {
    const port = this.#ports.get(endpointKey(a));
    if (port !== undefined) port.used = true;
    return port;
  }

  expects(a: Attempt): boolean {
    return this.#rules.expected(a.server.ip, a.server.port);
  }

  know(a: Attempt): Port {
    const known = this.find(a);
    if (known !== undefined) return known;
    if (this.#ports.size >= this.#rules.limit) this.#makeRoom();
    const { ip, port } = a.server;
    return this.make(endpointKey(a), ip, port);
  }

  /** In no particular order. */
  get all(): Iterable<Port> {
    return this.#ports.values();
  }

  get full(): boolean {
    return this.#ports.size >= this.#rules.limit;
  }

  /** @param key as attempts have it */
  make(key: number | string, ip: string, port: number): Port {
    const prefix = networkOf(ip);
    let network = this.networks.get(prefix);
    if (network === undefined) {
      network = new Network(prefix);
      this.networks.set(prefix, network);
    }
    let host = network.hosts.get(ip);
    if (host === undefined) {
      host = new Host(ip, network);
      network.hosts.set(ip, host);
    }
    const made = new Port(key, host, port, this.#rules);
    host.ports.set(port, made);
    this.#ports.set(made.key, made);
    return made;
  }

  /** The oldest that was not used since the last look, of a few; one in trouble is kept. */
  #makeRoom(): void {
    let looked = 0;
    for (const [key, port] of this.#ports) {
      const last = ++looked > 16;
      if ((port.used || port.cases.size > 0 || port.run !== null) && !last) {
        port.used = false;
        this.#ports.delete(key);
        this.#ports.set(key, port);
        continue;
      }
      this.forget(port);
      this.forgotten++;
      return;
    }
  }

  forget(port: Port): void {
    this.#ports.delete(port.key);
    const { host, network } = port;
    host.ports.delete(port.port);
    network.silent.delete(port);
    network.held.delete(port);
    if (host.ports.size === 0) network.hosts.delete(host.ip);
    if (network.hosts.size === 0) this.networks.delete(network.prefix);
    this.onForget(port);
  }
}
