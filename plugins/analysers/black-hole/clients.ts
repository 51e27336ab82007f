import type { Attempt, Micros } from 'unackd';
import { AddressFilter } from './address-filter.ts';
import { LossRate } from './loss.ts';
import { networkOf } from './prefix.ts';
import type { Port } from './places.ts';
import type { Run } from './run.ts';

/** The clients' own network, for losses on their side. */
export interface ClientNetwork {
  readonly prefix: string;
  /** Answers that reached the capture but not these clients, since one of them last got through. */
  replies: Run | null;
  /** The newest SYN of a handshake that one of them completed. */
  lastThrough: Micros;
  readonly loss: LossRate;
}

/** A client known to behave like a real stack: it retried, or it finished a handshake. */
export interface Client {
  /** As attempts have it. */
  readonly key: number | string;
  readonly ip: string;
  readonly network: ClientNetwork;
  readonly loss: LossRate;
  /** Its last SYN that was answered. */
  lastOk: Micros;
  /** Its last SYN that failed, and the last one at another host. */
  lastFail: Micros;
  lastFailAt: Port | null;
  otherFail: Micros;
}

/** Addresses that the filter begins with: 4 KiB, which stay in the nearest cache. */
const FILTERED_LEAST = 1024;

/** Clients by address. The first known is forgotten first: its next handshake makes it known again. */
export class Clients {
  forgotten = 0;
  readonly #clients = new Map<number | string, Client>();
  readonly #networks = new Map<string, ClientNetwork>();
  readonly #limit: number;
  /** Of IPv4. Those forgotten stay in it until it is made anew. */
  #filter = new AddressFilter(FILTERED_LEAST);
  readonly #inUse: () => Iterable<Client>;

  /** @param inUse clients that count as known even once they are forgotten here */
  constructor(limit: number, inUse: () => Iterable<Client>) {
    this.#limit = limit;
    this.#inUse = inUse;
  }

  /** Whether an IPv4 client may be known; `address` as a 32-bit integer. */
  mayKnow(address: number): boolean {
    return this.#filter.mayHave(address);
  }

  find(a: Attempt): Client | undefined {
    return this.#clients.get(a.client_key ?? a.client.ip);
  }

  /** Answers that did not reach them count no more. */
  forgetReplies(): void {
    for (const { network } of this.#clients.values()) network.replies = null;
  }

  /** Found or made: only for clients that have shown a real stack's behaviour. */
  know(a: Attempt): Client {
    const key = a.client_key ?? a.client.ip;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    if (this.#clients.size >= this.#limit) {
      for (const oldest of this.#clients.keys()) {
        this.#clients.delete(oldest);
        this.forgotten++;
        break;
      }
    }
    this.#filtered(key);
    const { ip } = a.client;
    const client: Client = {
      key,
      ip,
      network: this.network(networkOf(ip)),
      // One lost SYN of a client that is seldom seen says little about it.
      loss: new LossRate(100),
      lastOk: Number.NEGATIVE_INFINITY,
      lastFail: Number.NEGATIVE_INFINITY,
      lastFailAt: null,
      otherFail: Number.NEGATIVE_INFINITY,
    };
    this.#clients.set(key, client);
    return client;
  }

  #filtered(key: number | string): void {
    if (typeof key !== 'number') return;
    if (this.#filter.full) this.#renew();
    this.#filter.add(key);
  }

  #renew(): void {
    const keys = new Set(this.#clients.keys());
    for (const { key } of this.#inUse()) keys.add(key);
    this.#filter = new AddressFilter(Math.max(FILTERED_LEAST, 2 * keys.size));
    for (const key of keys) if (typeof key === 'number') this.#filter.add(key);
  }

  /** Found or made. */
  network(prefix: string): ClientNetwork {
    let network = this.#networks.get(prefix);
    if (network === undefined) {
      if (this.#networks.size >= this.#limit) this.#networks.clear();
      network = {
        prefix,
        replies: null,
        lastThrough: Number.NEGATIVE_INFINITY,
        loss: new LossRate(),
      };
      this.#networks.set(prefix, network);
    }
    return network;
  }
}
