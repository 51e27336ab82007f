import type { Attempt, IcmpRefusal, Micros } from 'unackd';
import { REFUSALS, REFUSALS_APART, REFUSALS_SPAN, REJECTIONS_APART } from './rules.ts';

const CLIENTS_COUNTED = 1000;

/** Attempts turned away in a row at a port that answered before. */
export class Refusals {
  readonly kind: 'refusing' | 'rejecting';
  readonly clients = new Set<number | string>();
  syns = 0;
  attempts = 0;
  first = Number.NaN;
  last = Number.NaN;
  icmp: IcmpRefusal | null = null;
  heldSince: Micros = Number.NaN;

  constructor(kind: 'refusing' | 'rejecting') {
    this.kind = kind;
  }

  add(a: Attempt): void {
    this.attempts++;
    this.syns += a.syns;
    if (Number.isNaN(this.first)) this.first = a.time;
    this.last = a.at;
    this.icmp ??= a.icmp;
    if (this.clients.size < CLIENTS_COUNTED) this.clients.add(a.client_key ?? a.client.ip);
  }

  get span(): Micros {
    return this.last - this.first;
  }

  /** More than a service that restarts. */
  get lasting(): boolean {
    if (this.kind === 'rejecting') return this.attempts >= 2 && this.span >= REJECTIONS_APART;
    if (this.attempts >= REFUSALS && this.span >= REFUSALS_SPAN) return true;
    return this.attempts >= 2 && this.span >= REFUSALS_APART;
  }
}
