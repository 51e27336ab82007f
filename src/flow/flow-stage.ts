import type { Micros } from '../model/attempt.ts';
import { isHardError } from '../wire/icmp-names.ts';
import { KIND_ICMP, Segment, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../wire/segment.ts';
import { AttemptTable } from './attempt-table.ts';
import { CaptureClock } from './clock.ts';
import { CaptureTraits } from './capture-traits.ts';
import { onGoingOn, onSyn, onSynAck } from './handshake.ts';
import { hashFlow } from './hash.ts';
import { Inference } from './inference.ts';
import type { FlowListener, PacketKind } from './listener.ts';
import type { LoneRing } from './lone-ring.ts';
import { Orphans } from './orphans.ts';
import { onIcmp, onRst } from './refusals.ts';
import * as S from './slots.ts';
import { onDeadline, onEnd, onLoneDue } from './turns.ts';
import { AttemptView } from './view.ts';
import type { Origin } from './view.ts';

export interface FlowOptions {
  /** Where segments come from; more may be added. */
  readonly origins: readonly Origin[];
  /** Attempts kept at once, at most. */
  readonly capacity: number;
  /** The capture holds no bare ACKs: that a handshake was completed is inferred. */
  readonly hidesAcks?: boolean;
}

/**
 * The engine's own stage after a source, or all live ones: segments in, attempts out.
 * Capture time is its only clock.
 */
export class FlowStage {
  readonly clock = new CaptureClock();
  readonly traits = new CaptureTraits();
  readonly orphans = new Orphans();
  readonly table: AttemptTable;
  /** `null` where bare ACKs are captured. */
  inference: Inference | null;
  /** ICMP errors that quote no SYN known here. */
  unmatchedIcmp = 0;

  private readonly listener: FlowListener;
  private readonly view: AttemptView;
  private readonly turned = new Segment();

  constructor(options: FlowOptions, listener: FlowListener) {
    this.table = new AttemptTable(options.capacity, {
      one: (slot, at) => this.tell(slot, at, true),
      lone: (ring, lines, count, at) => this.tellLones(ring, lines, count, at),
    });
    this.view = new AttemptView(this.table, options.origins);
    this.inference = options.hidesAcks === true ? new Inference() : null;
    this.listener = listener;
  }

  /** The capture turns out to hold no bare ACKs. To be called before its first frame. */
  hideAcks(): void {
    this.inference ??= new Inference();
  }

  /** When `advance` must be called at the latest, on the table's clock; infinite when nothing waits. */
  get nextDue(): Micros {
    return this.table.nextDue;
  }

  /**
   * Moves capture time to a packet's time and runs what fell due before it.
   * @returns the packet's time on the table's clock
   */
  arrive(time: Micros): Micros {
    if (!this.table.timers.started) this.table.timers.begin(time);
    const t = this.clock.take(time);
    if (this.clock.now >= this.table.nextDue) this.runDue(this.clock.now);
    return t;
  }

  /** Whether a TCP segment may matter: it opens, answers, refuses or closes, or an undecided attempt may have its ports. */
  concerns(s: Segment): boolean {
    if ((s.flags & (TCP_SYN | TCP_RST | TCP_FIN)) !== 0) return true;
    return this.table.undecided.concerns((s.srcPort << 16) | s.dstPort);
  }

  /** A TCP segment at its time on the table's clock. */
  tcp(s: Segment, t: Micros): void {
    if (this.concerns(s)) this.hashed(s, hashFlow(s), t);
  }

  /** The same, for a segment whose flow was hashed before. */
  hashed(s: Segment, hash: number, t: Micros): void {
    const control = s.flags & (TCP_SYN | TCP_RST | TCP_FIN);
    const head = this.table.find(hash, s);
    if ((control & TCP_FIN) !== 0) this.inference?.ended(s, t);
    if ((control & TCP_RST) !== 0) {
      if (!onRst(this, s, head, t)) this.orphans.keep(hash, s, t);
    } else if ((control & TCP_SYN) === 0) {
      if (head >= 0) onGoingOn(this, s, head, t);
    } else if ((s.flags & TCP_ACK) === 0) {
      onSyn(this, s, hash, head, t);
    } else if (!onSynAck(this, s, head, t)) {
      this.orphans.keep(hash, s, t);
    }
  }

  /** An answer that was captured before its SYN. */
  early(s: Segment, t: Micros): void {
    if (s.kind === KIND_ICMP) this.icmp(s, t);
    else this.tcp(s, t);
  }

  /** An ICMP error at its time on the table's clock. */
  icmp(s: Segment, t: Micros): void {
    if (s.quotesTcp === 0) return;
    const slot = this.quoted(s);
    if (slot < 0) {
      this.unmatchedIcmp++;
      this.turn(s);
      this.orphans.keep(hashFlow(this.turned), s, t);
    } else onIcmp(this, slot, s, isHardError(s.v6, s.icmpType, s.icmpCode), t);
  }

  /** Shows those attempts under way of which more than one SYN was seen; not from within a listener. */
  eachHeld(visit: (attempt: AttemptView) => void): void {
    const { slots } = this.table;
    for (let slot = slots.oldest(S.HELD); slot >= 0; slot = slots.after(slot)) {
      this.view.look(slot, this.clock.now, this.clock.wall, false);
      visit(this.view);
    }
  }

  /** Nothing more comes: everything outstanding gets its last word. */
  end(): void {
    if (!this.table.timers.started) return;
    const { now } = this.clock;
    this.table.lone.judgeRest(now, !this.traits.misses);
    this.table.drain((slot) => onEnd(this, slot, now), now);
  }

  tellSyn(slot: number, s: Segment, t: Micros): void {
    const { listener } = this;
    if (listener.syn === undefined && listener.packet === undefined) return;
    this.view.look(slot, t, this.clock.wall, false);
    listener.syn?.(this.view);
    listener.packet?.(this.view, 'syn', true, s, t + this.clock.wall);
  }

  tellPacket(slot: number, kind: PacketKind, fromClient: boolean, s: Segment, t: Micros): void {
    if (this.listener.packet === undefined) return;
    this.view.look(slot, t, this.clock.wall, false);
    this.listener.packet(this.view, kind, fromClient, s, t + this.clock.wall);
  }

  tellChange(slot: number, t: Micros): void {
    this.tell(slot, t, false);
  }

  /** Someone wants each change of each attempt. */
  get hearsAll(): boolean {
    return this.listener.hearsAll;
  }

  /** A lone SYN was shown unanswered. */
  tellLone(slot: number, t: Micros): void {
    if (this.listener.hearsAll) this.tell(slot, t, false);
  }

  /** Someone listens to SYNs. */
  get hearsSyns(): boolean {
    return this.listener.syn !== undefined;
  }

  /** Whether nobody who listens to SYNs has any use for the first one of this client's; `null` of IPv6. */
  skipsSyn(client: number | null): boolean {
    return !this.wantsAnySyn && this.skipsSynOf(client);
  }

  /** The two halves of that: see FlowListener. */
  get wantsAnySyn(): boolean {
    return this.listener.wantsAnySyn();
  }

  skipsSynOf(client: number | null): boolean {
    return this.listener.skipsSynOf(client);
  }

  /** Someone draws packets, and tells attempts apart by their slots: none may change it. */
  get drawsPackets(): boolean {
    return this.listener.packet !== undefined;
  }

  /** Several lone SYNs get their last word. */
  private tellLones(ring: LoneRing, lines: Int32Array, count: number, at: Micros): void {
    for (let i = 0; i < count;) {
      const next = this.listener.lones(ring, lines, i, count, at);
      if (next === i) this.tell(this.table.show(lines[i++]), at, true);
      else i = next;
    }
  }

  /** Runs all deadlines up to `now` on the table's clock, each at its own time and in order. */
  runDue(now: Micros): void {
    const { lone } = this.table;
    while (lone.due <= now) {
      const { due } = lone;
      this.runTimers(due);
      if (lone.due === due) onLoneDue(this, due);
    }
    this.runTimers(now);
  }

  private runTimers(until: Micros): void {
    const { timers } = this.table;
    if (timers.nextDue > until) return;
    for (let slot = timers.take(until); slot >= 0; slot = timers.take(until)) {
      onDeadline(this, slot, timers.deadline(slot));
    }
  }

  private tell(slot: number, at: Micros, final: boolean): void {
    const { view, listener } = this;
    view.look(slot, at, this.clock.wall, final);
    if (final && view.lone && listener.lone(view)) return;
    listener.changed(view);
  }

  /** The attempt whose SYN an ICMP error quotes, or -1. */
  private quoted(s: Segment): number {
    const { turned } = this;
    this.turn(s);
    const slot = this.match(s);
    if (slot >= 0 || s.quotesSeq === 0) return slot;
    // Behind a NAT that left the quote as it was outside: the error's own ends say who is meant.
    turned.src0 = s.dst0;
    turned.src1 = s.dst1;
    turned.src2 = s.dst2;
    turned.src3 = s.dst3;
    const translatedClient = this.match(s);
    if (translatedClient >= 0) return translatedClient;
    turned.dst0 = s.src0;
    turned.dst1 = s.src1;
    turned.dst2 = s.src2;
    turned.dst3 = s.src3;
    return this.match(s);
  }

  /** The quoted flow, as its client would send. */
  private turn(s: Segment): void {
    const { turned } = this;
    turned.v6 = s.v6;
    turned.src0 = s.quoteSrc0;
    turned.src1 = s.quoteSrc1;
    turned.src2 = s.quoteSrc2;
    turned.src3 = s.quoteSrc3;
    turned.dst0 = s.quoteDst0;
    turned.dst1 = s.quoteDst1;
    turned.dst2 = s.quoteDst2;
    turned.dst3 = s.quoteDst3;
    turned.srcPort = s.quoteSrcPort;
    turned.dstPort = s.quoteDstPort;
  }

  /** The attempt of `turned`'s flow with the quoted sequence number; without one, the newest that waits. */
  private match(s: Segment): number {
    const { turned, table } = this;
    for (
      let slot = table.find(hashFlow(turned), turned);
      slot >= 0;
      slot = table.tuples.older(slot)
    ) {
      if (!table.tuples.sentByClient(slot, turned)) continue;
      if (s.quotesSeq === 0 || table.slots.words[slot * S.WORDS + S.ISN] === s.quoteSeq) {
        return table.isFinal(slot) ? -1 : slot;
      }
    }
    return -1;
  }
}
