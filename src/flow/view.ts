import { createHash } from 'node:crypto';
import type {
  Address,
  Attempt,
  IcmpRefusal,
  Micros,
  Outcome,
  Schedule,
  Vantage,
} from '../model/attempt.ts';
import { formatAddress } from '../wire/address.ts';
import { icmpName } from '../wire/icmp-names.ts';
import type { AttemptTable } from './attempt-table.ts';
import * as S from './slots.ts';
import {
  CLOCK_SHIFTED,
  ESTABLISHED,
  HALF_OPEN,
  INFERRED,
  ONE_WAY,
  REFUSED,
  REJECTED,
  REJECTED_FIRST,
  RETRIED,
  SYN_ACK,
  UNANSWERED,
  V6,
} from './state.ts';

const NO_SCHEDULE: Schedule = Object.freeze({ family: null, gave_up: false, next_due: null });

/** The outcome that a state stands for; undecided ones are unresolved. */
export function outcomeOf(state: number): Outcome {
  if ((state & ESTABLISHED) !== 0) return 'established';
  if ((state & HALF_OPEN) !== 0) return 'half-open';
  if ((state & SYN_ACK) !== 0) return 'unresolved';
  if ((state & REJECTED) !== 0 && (state & (REFUSED | REJECTED_FIRST)) !== REFUSED) {
    return 'rejected';
  }
  if ((state & REFUSED) !== 0) return 'refused';
  return (state & UNANSWERED) !== 0 ? 'unanswered' : 'unresolved';
}

/** A source that segments come from. */
export interface Origin {
  /** For the records. */
  readonly id: string;
  /** Where it captures, if the user said so. */
  readonly vantage: Vantage | null;
  /** The addresses of the machine that it captures on; `null` of a file. */
  readonly own?: OwnAddresses | null;
}

/** Addresses as four words each; of IPv4 the first one counts. */
export interface OwnAddresses {
  has(v6: number, w0: number, w1: number, w2: number, w3: number): boolean;
}

/**
 * One reused window on a slot of the table. Getters compute when asked, so
 * that who only counts pays for no strings.
 */
export class AttemptView implements Attempt {
  readonly type = 'attempt';
  outcome: Outcome = 'unresolved';
  final = false;
  at: Micros = 0;
  schedule: Schedule = NO_SCHEDULE;
  hidden_refusal = false;
  notes: Attempt['notes'] = undefined;
  /** The slot looked at. */
  slot = -1;
  /** Its state word: see state.ts. */
  state = 0;

  private readonly table: AttemptTable;
  private readonly origins: readonly Origin[];

  constructor(table: AttemptTable, origins: readonly Origin[]) {
    this.table = table;
    this.origins = origins;
  }

  /** Index of the source that its first SYN came from. */
  get origin(): number {
    return this.word(S.TTLS) >>> 16;
  }

  get source(): string {
    return this.origins[this.origin].id;
  }

  /** Nothing but SYNs that may be one SYN captured twice: no retry, no answer. */
  get lone(): boolean {
    return (this.state & (RETRIED | SYN_ACK | ESTABLISHED | REFUSED | REJECTED)) === 0;
  }

  /** Moves the window; `wall` is what to add to the table's clock. */
  look(slot: number, at: Micros, wall: number, final: boolean): void {
    this.slot = slot;
    this.state = this.table.slots.words[slot * S.WORDS + S.STATE];
    this.outcome = outcomeOf(this.state);
    this.final = final;
    this.at = at + wall;
    this.schedule = NO_SCHEDULE;
    this.hidden_refusal = false;
    this.notes = undefined;
  }

  private word(n: number): number {
    return this.table.slots.words[this.slot * S.WORDS + n];
  }

  get time(): Micros {
    return this.table.slots.firstSyn(this.slot) + this.wall;
  }

  /** What to add to the table's clock to get the packets' own. */
  private get wall(): Micros {
    return (this.state & CLOCK_SHIFTED) === 0 ? 0 : this.table.slots.wall(this.slot);
  }

  get client(): Address {
    return { ip: this.clientIp, port: this.word(S.PORTS) >>> 16 };
  }

  get server(): Address {
    return { ip: this.serverIp, port: this.word(S.PORTS) & 0xffff };
  }

  /** An address word of the client's (0 to 3); the first alone of IPv4, the others 0. */
  clientWord(n: number): number {
    if (n === 0) return this.word(S.CLIENT);
    return this.v6 === 0 ? 0 : this.table.slots.more[this.slot * S.MORE + S.CLIENT_REST + n - 1];
  }

  /** The same of the server's. */
  serverWord(n: number): number {
    if (n === 0) return this.word(S.SERVER);
    return this.v6 === 0 ? 0 : this.table.slots.more[this.slot * S.MORE + S.SERVER_REST + n - 1];
  }

  get serverPort(): number {
    return this.word(S.PORTS) & 0xffff;
  }

  get isn(): number {
    return this.word(S.ISN) >>> 0;
  }

  get syns(): number {
    return this.word(S.COUNTS) & 0xffff;
  }

  /** SYN-ACKs captured, capture duplicates among them. */
  get synAcks(): number {
    return this.word(S.COUNTS) >>> 16;
  }

  /** Kinds of the first SYN's options in their order; 0 without any. */
  get optionLayout(): number {
    return this.word(S.OPTION_LAYOUT);
  }

  /** Gap between the last two SYNs that are no capture duplicates, microseconds; 0 without a retry. */
  get lastGap(): Micros {
    return this.table.evidenceIfAny(this.slot)?.lastGap ?? 0;
  }

  /** SYNs captured twice within a few milliseconds. */
  get duplicateSyns(): number {
    return this.table.evidenceIfAny(this.slot)?.duplicates ?? 0;
  }

  /** The newest SYN that was no capture duplicate, packets' own time. */
  get lastSeen(): Micros {
    return this.table.slots.lastSyn(this.slot) + this.wall;
  }

  /** The first SYN-ACK, or the last SYN where none was captured; packets' own time. */
  get answerTime(): Micros {
    if ((this.state & SYN_ACK) === 0) return this.lastSeen;
    return this.table.slots.answered(this.slot) + this.wall;
  }

  get syn_offsets(): number[] {
    const evidence = this.table.evidenceIfAny(this.slot);
    if (evidence === undefined) return [0];
    const first = this.table.slots.firstSyn(this.slot);
    // Sorted, as a clock that was set back a little puts later SYNs before earlier ones.
    return evidence.synTimes.map((t) => Math.max(0, t - first) / 1e6).toSorted((a, b) => a - b);
  }

  get icmp(): IcmpRefusal | null {
    const evidence = this.table.evidenceIfAny(this.slot);
    if (evidence === undefined || evidence.icmpType < 0) return null;
    const { icmpV6, icmpType, icmpCode, icmpFrom } = evidence;
    return {
      type: icmpType,
      code: icmpCode,
      name: icmpName(icmpV6, icmpType, icmpCode),
      from: formatAddress(icmpV6, ...icmpFrom),
    };
  }

  get answered_after(): number | null {
    if ((this.state & SYN_ACK) === 0) return null;
    const { slots } = this.table;
    return Math.max(0, slots.answered(this.slot) - slots.firstSyn(this.slot)) / 1e6;
  }

  get one_way(): boolean {
    return (this.state & ONE_WAY) !== 0;
  }

  get inferred(): boolean {
    return (this.state & INFERRED) !== 0;
  }

  /** 48 bits of a number for IPv4. */
  get server_key(): number | string {
    const word = this.word(S.SERVER);
    if (this.v6 === 0) return (word >>> 0) * 65_536 + this.serverPort;
    const rest = [this.serverWord(1), this.serverWord(2), this.serverWord(3)];
    return `${word},${rest.join(',')},${this.serverPort}`;
  }

  get client_key(): number | string {
    const word = this.word(S.CLIENT);
    if (this.v6 === 0) return word >>> 0;
    return `${word},${this.clientWord(1)},${this.clientWord(2)},${this.clientWord(3)}`;
  }

  get syn_layout(): number {
    return this.optionLayout;
  }

  get vantage(): Vantage {
    const { vantage, own } = this.origins[this.origin];
    if (vantage !== null) return vantage;
    if (this.loopback) return 'both';
    const at = own == null ? null : ownEnd(this, own);
    return at ?? this.byTtls;
  }

  private get byTtls(): Vantage {
    const ttls = this.word(S.TTLS);
    const client = isInitialTtl(ttls & 0xff);
    const server = (ttls >>> 8) & 0xff;
    if (server === 0) return client ? 'client' : 'unknown';
    if (client) return isInitialTtl(server) ? 'unknown' : 'client';
    return isInitialTtl(server) ? 'server' : 'middle';
  }

  get community_id(): string {
    const ends = [0, 1, 2, 3].map((n) => [this.clientWord(n), this.serverWord(n)]);
    return communityId(
      ends.map(([client]) => client),
      ends.map(([, server]) => server),
      this.word(S.PORTS),
      this.v6,
    );
  }

  get v6(): number {
    return this.state & V6;
  }

  private get loopback(): boolean {
    if (this.v6 === 0 && this.word(S.CLIENT) >>> 24 === 127) return true;
    for (let n = 0; n < 4; n++) if (this.clientWord(n) !== this.serverWord(n)) return false;
    return true;
  }

  private get clientIp(): string {
    return formatAddress(
      this.v6,
      this.clientWord(0),
      this.clientWord(1),
      this.clientWord(2),
      this.clientWord(3),
    );
  }

  private get serverIp(): string {
    return formatAddress(
      this.v6,
      this.serverWord(0),
      this.serverWord(1),
      this.serverWord(2),
      this.serverWord(3),
    );
  }
}

/** By whose addresses they are; `null` where neither is the machine's own, as behind a bridge or a mirror port. */
function ownEnd(a: AttemptView, own: OwnAddresses): Vantage | null {
  const server = own.has(a.v6, a.serverWord(0), a.serverWord(1), a.serverWord(2), a.serverWord(3));
  const client = own.has(a.v6, a.clientWord(0), a.clientWord(1), a.clientWord(2), a.clientWord(3));
  if (server) return client ? 'both' : 'server';
  return client ? 'client' : null;
}

/** Initial TTLs in use: Linux and macOS 64, Windows 128, routers and Solaris 255. Undecremented, the sender is on this network. */
function isInitialTtl(ttl: number): boolean {
  return ttl === 64 || ttl === 128 || ttl === 255;
}

/** Community ID v1 with seed 0: `1:` + base64(SHA-1(seed, addresses and ports with the smaller end first)). */
function communityId(
  client: readonly number[],
  server: readonly number[],
  ports: number,
  v6: number,
): string {
  const width = v6 === 0 ? 4 : 16;
  const bytesOf = (words: readonly number[], port: number): Buffer => {
    const end = Buffer.alloc(width + 2);
    for (let i = 0; i < width / 4; i++) end.writeInt32BE(words[i], i * 4);
    end.writeUInt16BE(port, width);
    return end;
  };
  const ends = [bytesOf(client, ports >>> 16), bytesOf(server, ports & 0xffff)];
  ends.sort((a, b) => Buffer.compare(a, b));
  const [low, high] = ends;
  const input = Buffer.concat([
    Buffer.of(0, 0),
    low.subarray(0, width),
    high.subarray(0, width),
    Buffer.of(6, 0),
    low.subarray(width),
    high.subarray(width),
  ]);
  return `1:${createHash('sha1').update(input).digest('base64')}`;
}
