import { formatAddress } from '../face/address.ts';
import type { Address, Micros } from '../model/attempt.ts';
import type { Verdict } from '../model/endpoint.ts';
import type { NameOf } from '../plugin/words.ts';
import { EndpointSoFar } from '../verdict/endpoint-so-far.ts';
import type { EndpointStats } from '../verdict/endpoint-stats.ts';
import { Rate } from './rate.ts';

/** One endpoint on the board. */
export class Entry {
  readonly soFar: EndpointSoFar;
  readonly rate = new Rate();
  verdict: Verdict = 'unknown';
  /** Capture time of the last change of verdict; NaN before the first. */
  changed: Micros = Number.NaN;
  /** Something was told of it since it was judged. */
  touched = false;
  private readonly nameOf: NameOf | undefined;
  private text: string | undefined;
  private address: Address | undefined;

  constructor(stats: EndpointStats, nameOf: NameOf | undefined) {
    this.soFar = new EndpointSoFar(stats);
    this.nameOf = nameOf;
  }

  get server(): Address {
    this.address ??= this.soFar.stats.server;
    return this.address;
  }

  /** `''` without one. */
  get name(): string {
    return this.nameOf?.(this.server.ip, this.server.port) ?? '';
  }

  /** What a search looks in: address and name, in small letters. */
  get searched(): string {
    this.text ??= `${formatAddress(this.server)} ${this.name}`.toLowerCase();
    return this.text;
  }
}
