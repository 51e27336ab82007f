/**
 * What a packet means for its attempt: RFC 9293's handshake as an onlooker sees
 * it, who misses packets and hears of some twice.
 *
 * All sequence arithmetic is modulo 2^32: `(a - b) >>> 0 <= n` says that `a`
 * lies between b and b + n.
 */
import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import { KIND_ICMP, spanOf, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../wire/segment.ts';
import type { FlowStage } from './flow-stage.ts';
import {
  CAPTURE_DUPLICATE,
  GOING_ON_WINDOW,
  HALF_OPEN_AFTER,
  HALF_OPEN_HOLD,
  INFERRED_AFTER,
  LONE_HOLD,
  ONE_WAY_GRACE,
  REVERSE_SYN_WITHIN,
} from './rules.ts';
import * as S from './slots.ts';
import * as F from './state.ts';
import { ANSWERED, establish, hold, onRepeat } from './turns.ts';

/** The same SYN would be a new attempt. */
const OVER = F.FINAL | F.CLOSED;

/** A SYN without ACK. `head` is the newest attempt of its 4-tuple, or -1. */
export function onSyn(flow: FlowStage, s: Segment, hash: number, head: number, t: Micros): void {
  const known = sameAttempt(flow, s, head, t);
  if (known >= 0) {
    if (flow.table.isFinal(known)) flow.traits.lateSyns++;
    else repeatedSyn(flow, known, s, t);
    return;
  }
  if (head >= 0 && !flow.table.tuples.sentByClient(head, s) && reverseSyn(flow, head, s, t)) return;
  open(flow, s, hash, head, t);
  flow.traits.attempts++;
  const early = flow.orphans.take(hash, t);
  if (early === undefined || isOwn(early, s)) return;
  // Written first, it may have been stamped after the SYN all the same.
  flow.early(early, Math.max(t, flow.orphans.takenAt));
}

/** Whether what was captured before a SYN is its sender's, of another connection, and so no answer. */
function isOwn(early: Segment, s: Segment): boolean {
  if (early.kind === KIND_ICMP) return false;
  // Who connects to himself answers himself.
  if ((early.flags & TCP_RST) === 0 && s.srcPort === s.dstPort && s.src0 === s.dst0) return false;
  if (early.srcPort !== s.srcPort || early.src0 !== s.src0) return false;
  return early.src1 === s.src1 && early.src2 === s.src2 && early.src3 === s.src3;
}

/** This sender's newest attempt, though the other side may have opened one since; -1 where it has another ISN or is over. */
function sameAttempt(flow: FlowStage, s: Segment, head: number, t: Micros): number {
  const { slots, tuples } = flow.table;
  for (let slot = head; slot >= 0; slot = tuples.older(slot)) {
    const w = slot * S.WORDS;
    if (!tuples.sentByClient(slot, s)) continue;
    if (slots.words[w + S.ISN] !== s.seq) return -1;
    if ((slots.words[w + S.STATE] & OVER) !== OVER) return slot;
    // A copy that is written late, behind what closed it.
    return t < flow.clock.now && t - slots.lastSyn(slot) < CAPTURE_DUPLICATE ? slot : -1;
  }
  return -1;
}

/** A new attempt: a lone SYN, so far. */
function open(flow: FlowStage, s: Segment, hash: number, head: number, t: Micros): void {
  const { table, clock } = flow;
  let newest = head;
  if (table.full) {
    table.makeRoom(t);
    newest = table.find(hash, s);
  }
  if (newest < 0 && clock.wall === 0 && !flow.drawsPackets) {
    const line = table.open(hash, s, t);
    if (line >= 0) {
      if (flow.hearsSyns && !flow.skipsSyn(clientOf(s))) flow.tellSyn(table.show(line), s, t);
      return;
    }
  }
  const slot = table.create(hash, s, newest, t);
  if (clock.wall !== 0) {
    table.slots.words[slot * S.WORDS + S.STATE] |= F.CLOCK_SHIFTED;
    table.slots.setWall(slot, clock.wall);
  }
  if (flow.drawsPackets || !flow.skipsSyn(clientOf(s))) flow.tellSyn(slot, s, t);
}

function clientOf(s: Segment): number | null {
  return s.v6 === 0 ? s.src0 : null;
}

function repeatedSyn(flow: FlowStage, slot: number, s: Segment, t: Micros): void {
  const { table } = flow;
  const { words } = table.slots;
  const w = slot * S.WORDS;
  const last = table.slots.lastSyn(slot);
  if ((words[w + S.COUNTS] & 0xffff) < 0xffff) words[w + S.COUNTS]++;
  extendClient(words, w, s.seq + 1 + spanOf(s));
  const evidence = table.evidenceOf(slot);
  const retry = evidence.addSyn(t, last);
  if (!retry) {
    flow.traits.duplicates++;
    if ((words[w + S.STATE] & F.RETRIED) === 0) {
      // Of two copies the later may be captured first; nothing was told of it yet.
      if (t < last && t > last - CAPTURE_DUPLICATE) table.slots.setFirstSyn(slot, t);
    }
    flow.tellSyn(slot, s, t);
    return;
  }
  table.slots.setLastSyn(slot, t);
  const before = words[w + S.STATE];
  let state = before | F.RETRIED;
  if ((state & F.SYN_ACK) !== 0) state |= F.SYN_AFTER_SYN_ACK;
  words[w + S.STATE] = state;
  flow.tellSyn(slot, s, t);
  if ((state & F.SYN_ACK) !== 0) {
    if (flow.inference !== null) onRepeat(flow, slot, t);
    else if ((state & F.HALF_OPEN) !== 0) {
      table.timers.arm(slot, t + HALF_OPEN_HOLD, flow.clock.now);
    }
    return;
  }
  hold(flow, slot, t, evidence.lastGap);
  if ((state & (ANSWERED | F.UNANSWERED | F.CLIENT_WENT_ON)) !== 0) return;
  // Where answers aren't captured, Windows' half-second steps after a RST look like silence.
  if (flow.traits.oneWay && evidence.lastGap < 0.9e6) return;
  words[w + S.STATE] = state | F.UNANSWERED;
  flow.tellChange(slot, t);
}

/** The server's own SYN: simultaneous open or split handshake; false when it opens an attempt of its own. */
function reverseSyn(flow: FlowStage, slot: number, s: Segment, t: Micros): boolean {
  const { words, more } = flow.table.slots;
  const w = slot * S.WORDS;
  const state = words[w + S.STATE];
  if ((state & F.REVERSE_SYN) !== 0 && more[slot * S.MORE + S.SERVER_ISN] === s.seq) return true;
  if ((state & (F.SYN_ACK | F.ESTABLISHED | F.REFUSED | F.REJECTED | F.FINAL)) !== 0) return false;
  if (t - flow.table.slots.firstSyn(slot) > REVERSE_SYN_WITHIN) return false;
  words[w + S.STATE] |= F.REVERSE_SYN;
  more[slot * S.MORE + S.SERVER_ISN] = s.seq;
  more[slot * S.MORE + S.SERVER_NEXT] = (s.seq + 1 + s.payload) | 0;
  hold(flow, slot, t, 0);
  flow.tellPacket(slot, 'syn', false, s, t);
  return true;
}

/** A SYN-ACK; false when it answers nothing that is known. */
export function onSynAck(flow: FlowStage, s: Segment, head: number, t: Micros): boolean {
  const { table } = flow;
  const { words } = table.slots;
  for (let slot = head; slot >= 0; slot = table.tuples.older(slot)) {
    const w = slot * S.WORDS;
    if (table.tuples.sentByClient(slot, s)) {
      if (clientAcksReverseSyn(flow, slot, s, t)) return true;
      if (!table.tuples.isSelf(slot)) continue;
    }
    const sent = (words[w + S.CLIENT_NEXT] - words[w + S.ISN] - 1) >>> 0;
    if ((s.ack - words[w + S.ISN] - 1) >>> 0 <= sent) {
      if ((words[w + S.STATE] & F.FINAL) === 0) synAckOf(flow, slot, s, t);
      return true;
    }
  }
  if (head >= 0) flow.traits.strays++;
  return false;
}

function synAckOf(flow: FlowStage, slot: number, s: Segment, t: Micros): void {
  const { table } = flow;
  const { words, more } = table.slots;
  const w = slot * S.WORDS;
  const state = words[w + S.STATE];
  const next = (s.seq + 1 + s.payload) | 0;
  flow.tellPacket(slot, 'syn-ack', false, s, t);
  if (words[w + S.COUNTS] >>> 16 < 0xffff) words[w + S.COUNTS] += 0x10000;
  if ((state & F.SYN_ACK) !== 0) {
    const evidence = table.evidenceOf(slot);
    const last = Number.isNaN(evidence.lastSynAck)
      ? table.slots.answered(slot)
      : evidence.lastSynAck;
    evidence.lastSynAck = t;
    if (t - last >= CAPTURE_DUPLICATE) words[w + S.STATE] |= F.SYN_ACK_REPEATED;
    if (s.seq === more[slot * S.MORE + S.SERVER_ISN]) {
      extendServer(more, slot, next);
    } else {
      evidence.followed(more[slot * S.MORE + S.SERVER_ISN]);
      more[slot * S.MORE + S.SERVER_ISN] = s.seq;
      more[slot * S.MORE + S.SERVER_NEXT] = next;
      if (evidence.ackedAhead(s.seq + 1, s.payload)) {
        establish(flow, slot, t, 0);
        return;
      }
    }
    if (flow.inference !== null && t - last >= CAPTURE_DUPLICATE) onRepeat(flow, slot, t);
    else if ((state & F.HALF_OPEN) !== 0) {
      table.timers.arm(slot, t + HALF_OPEN_HOLD, flow.clock.now);
    }
    return;
  }
  flow.inference?.answered(s, t);
  const clientAck = more[slot * S.MORE + S.SERVER_NEXT];
  words[w + S.STATE] = state | F.SYN_ACK;
  if ((state & F.REVERSE_SYN) !== 0 && s.seq === more[slot * S.MORE + S.SERVER_ISN]) {
    extendServer(more, slot, next);
  } else {
    more[slot * S.MORE + S.SERVER_ISN] = s.seq;
    more[slot * S.MORE + S.SERVER_NEXT] = next;
  }
  words[w + S.TTLS] = (words[w + S.TTLS] & ~0xff00) | (s.ttl << 8);
  table.slots.setAnswered(slot, t);
  const acked = (state & F.CLIENT_WENT_ON) !== 0 && acksServer(flow, slot, state, clientAck);
  const simultaneous = (state & F.REVERSE_SYN) !== 0 && (state & F.CLIENT_ACKED) !== 0;
  if (acked || simultaneous || table.tuples.isSelf(slot)) establish(flow, slot, t, 0);
  else {
    const wait = flow.inference === null ? HALF_OPEN_AFTER : INFERRED_AFTER;
    table.timers.arm(slot, t + wait, flow.clock.now);
  }
}

/** The client's acknowledgement of the server's own SYN, in a SYN-ACK or a bare ACK. */
function clientAcksReverseSyn(flow: FlowStage, slot: number, s: Segment, t: Micros): boolean {
  const { words, more } = flow.table.slots;
  const w = slot * S.WORDS;
  const state = words[w + S.STATE];
  if ((state & F.REVERSE_SYN) === 0 || (state & F.FINAL) !== 0) return false;
  if (!acksSeen(more, slot, s.ack)) return false;
  words[w + S.STATE] = state | F.CLIENT_ACKED;
  flow.tellPacket(slot, (s.flags & TCP_SYN) !== 0 ? 'syn-ack' : 'ack', true, s, t);
  if ((state & (F.SERVER_WENT_ON | F.SYN_ACK)) !== 0) establish(flow, slot, t, 0);
  return true;
}

/** A segment without SYN and RST: bare ACK, data, FIN. */
export function onGoingOn(flow: FlowStage, s: Segment, head: number, t: Micros): void {
  const { table } = flow;
  const { words } = table.slots;
  for (let slot = head; slot >= 0; slot = table.tuples.older(slot)) {
    const w = slot * S.WORDS;
    const state = words[w + S.STATE];
    if ((state & F.FINAL) !== 0) {
      if ((s.flags & TCP_FIN) !== 0) words[w + S.STATE] |= F.CLOSED;
      if ((state & F.ESTABLISHED) !== 0) return;
      continue;
    }
    const taken = table.tuples.sentByClient(slot, s)
      ? clientWentOn(flow, slot, state, s, t)
      : serverWentOn(flow, slot, state, s, t);
    if (!taken) continue;
    if ((s.flags & TCP_FIN) !== 0) words[w + S.STATE] |= F.CLOSED;
    return;
  }
}

function clientWentOn(
  flow: FlowStage,
  slot: number,
  state: number,
  s: Segment,
  t: Micros,
): boolean {
  const { table } = flow;
  const { words, more } = table.slots;
  const w = slot * S.WORDS;
  if ((s.flags & TCP_ACK) === 0) return false;
  if ((s.seq - words[w + S.ISN] - 1) >>> 0 > GOING_ON_WINDOW) return false;
  if ((state & F.SYN_ACK) !== 0) {
    if (!acksServer(flow, slot, state, s.ack)) {
      flow.traits.strays++;
      const evidence = table.evidenceIfAny(slot);
      if (evidence !== undefined) evidence.strayAck = s.ack;
      return true;
    }
    flow.tellPacket(slot, kindOf(s), true, s, t);
    establish(flow, slot, t, 0);
    return true;
  }
  if ((state & F.REVERSE_SYN) !== 0) return clientAcksReverseSyn(flow, slot, s, t);
  flow.tellPacket(slot, kindOf(s), true, s, t);
  if ((state & F.SERVER_WENT_ON) !== 0) {
    establish(flow, slot, t, F.ONE_WAY);
  } else if ((state & F.CLIENT_WENT_ON) === 0) {
    words[w + S.STATE] = state | F.CLIENT_WENT_ON;
    more[slot * S.MORE + S.SERVER_NEXT] = s.ack;
    table.timers.arm(slot, t + ONE_WAY_GRACE, flow.clock.now);
  }
  return true;
}

function serverWentOn(
  flow: FlowStage,
  slot: number,
  state: number,
  s: Segment,
  t: Micros,
): boolean {
  const { words, more } = flow.table.slots;
  const w = slot * S.WORDS;
  if ((s.flags & TCP_ACK) === 0) return false;
  const sent = (words[w + S.CLIENT_NEXT] - words[w + S.ISN] - 1) >>> 0;
  const acked = (s.ack - words[w + S.ISN] - 1) >>> 0;
  const unseen = (state & (F.CLIENT_WENT_ON | F.SYN_ACK)) !== 0 && acked < GOING_ON_WINDOW;
  if (acked > sent && !unseen) return false;
  flow.tellPacket(slot, kindOf(s), false, s, t);
  if (acked > sent && (state & F.SYN_ACK) !== 0) {
    // It has data that the client sends after the handshake only: that was not captured.
    establish(flow, slot, t, 0);
    return true;
  }
  const end = (s.seq + spanOf(s)) | 0;
  if ((state & F.SYN_ACK) !== 0) {
    extendServer(more, slot, end);
    // A bare ACK right after its SYN shows nothing that was missed.
    if (end !== ((more[slot * S.MORE + S.SERVER_ISN] + 1) | 0))
      words[w + S.STATE] = state | F.SERVER_WENT_ON;
    return true;
  }
  words[w + S.STATE] = state | F.SERVER_WENT_ON;
  if ((state & F.CLIENT_ACKED) !== 0) establish(flow, slot, t, 0);
  else if ((state & F.CLIENT_WENT_ON) !== 0) {
    // Where the server has gone on before, no packet of the client's was seen: its grace runs.
    if ((state & F.SERVER_WENT_ON) === 0) establish(flow, slot, t, F.ONE_WAY);
  } else if (spanOf(s) > 0) {
    // Data before the handshake is done is not sent: the rest was not captured.
    flow.table.timers.arm(slot, t + ONE_WAY_GRACE, flow.clock.now);
    words[w + S.STATE] |= F.CLIENT_WENT_ON;
    more[slot * S.MORE + S.SERVER_NEXT] = end;
  } else flow.table.timers.arm(slot, t + LONE_HOLD, flow.clock.now);
  return true;
}

/** What a client acknowledges lies within what the server was seen to send; further only where packets are known to be missing. */
function acksServer(flow: FlowStage, slot: number, state: number, ack: number): boolean {
  const { table, traits } = flow;
  const { more } = table.slots;
  if (acksSeen(more, slot, ack)) return true;
  const past = (ack - more[slot * S.MORE + S.SERVER_ISN] - 1) >>> 0;
  const unseen = (state & F.SERVER_WENT_ON) !== 0 || traits.losesPackets || flow.inference !== null;
  const most = unseen ? GOING_ON_WINDOW - 1 : 0;
  if (unseen && past <= most) return true;
  return table.evidenceIfAny(slot)?.hasFollowed(ack - 1, most) === true;
}

/** The client acknowledges the server's SYN, and nothing but what the server was seen to send. */
function acksSeen(more: Int32Array, slot: number, ack: number): boolean {
  const first = more[slot * S.MORE + S.SERVER_ISN] + 1;
  return (ack - first) >>> 0 <= (more[slot * S.MORE + S.SERVER_NEXT] - first) >>> 0;
}

/** The server was seen to send what ends before `end`. */
function extendServer(more: Int32Array, slot: number, end: number): void {
  const m = slot * S.MORE;
  const known = (more[m + S.SERVER_NEXT] - more[m + S.SERVER_ISN]) >>> 0;
  const now = (end - more[m + S.SERVER_ISN]) >>> 0;
  if (now > known && now < GOING_ON_WINDOW) more[m + S.SERVER_NEXT] = end;
}

/** The client's SYN was seen with data that ends before `end`. */
function extendClient(words: Int32Array, w: number, end: number): void {
  const known = (words[w + S.CLIENT_NEXT] - words[w + S.ISN]) >>> 0;
  if ((end - words[w + S.ISN]) >>> 0 > known) words[w + S.CLIENT_NEXT] = end;
}

function kindOf(s: Segment): 'fin' | 'data' | 'ack' {
  if ((s.flags & TCP_FIN) !== 0) return 'fin';
  return s.payload > 0 ? 'data' : 'ack';
}
