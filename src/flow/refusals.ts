/** What refuses a SYN: a RST, an ICMP error. */
import type { Micros } from '../model/attempt.ts';
import { isExpiry } from '../wire/icmp-names.ts';
import type { Segment } from '../wire/segment.ts';
import { TCP_ACK } from '../wire/segment.ts';
import type { FlowStage } from './flow-stage.ts';
import { GOING_ON_WINDOW, ORDINARY_TTL } from './rules.ts';
import * as S from './slots.ts';
import * as F from './state.ts';
import { establish, halfOpen, hold } from './turns.ts';

/** A RST; false when it is of no attempt that is known. */
export function onRst(flow: FlowStage, s: Segment, head: number, t: Micros): boolean {
  const { table } = flow;
  const { words } = table.slots;
  /** It may be of the connection that stands, unless it acknowledges the SYN of an earlier attempt. */
  let closes = false;
  for (let slot = head; slot >= 0; slot = table.tuples.older(slot)) {
    const w = slot * S.WORDS;
    const state = words[w + S.STATE];
    if (table.tuples.sentByClient(slot, s)) {
      if (closes) continue;
      if ((state & F.ESTABLISHED) !== 0) words[w + S.STATE] |= F.CLOSED;
      else if (!clientRst(flow, slot, s, t)) continue;
      return true;
    }
    if ((state & F.ESTABLISHED) !== 0) {
      if (slot === head) closes = true;
      continue;
    }
    if ((state & F.SYN_ACK) !== 0) {
      if (closes || !sentByServer(flow, slot, s)) continue;
      flow.tellPacket(slot, 'rst', false, s, t);
      if (flow.inference !== null && acksData(words, w, s)) establish(flow, slot, t, F.INFERRED);
      else breakOff(flow, slot, t);
      return true;
    }
    const sent = (words[w + S.CLIENT_NEXT] - words[w + S.ISN] - 1) >>> 0;
    // RFC 9293, 3.10.7.3: in SYN-SENT a RST counts only if it acknowledges the SYN.
    if ((s.flags & TCP_ACK) !== 0 && (s.ack - words[w + S.ISN] - 1) >>> 0 <= sent) {
      refuse(flow, slot, s, t);
      return true;
    }
  }
  if (closes) {
    words[head * S.WORDS + S.STATE] |= F.CLOSED;
    return true;
  }
  if (head >= 0) flow.traits.strays++;
  return head >= 0 && (s.flags & TCP_ACK) === 0;
}

function refuse(flow: FlowStage, slot: number, s: Segment, t: Micros): void {
  const { table } = flow;
  const { words } = table.slots;
  const w = slot * S.WORDS;
  const state = words[w + S.STATE];
  flow.tellPacket(slot, 'rst', false, s, t);
  if ((state & F.REFUSED) !== 0) return;
  words[w + S.STATE] = state | F.REFUSED;
  if ((words[w + S.TTLS] & 0xff00) === 0) words[w + S.TTLS] |= s.ttl << 8;
  if ((state & F.REJECTED) !== 0) return;
  const gap = table.evidenceIfAny(slot)?.lastGap ?? 0;
  hold(flow, slot, t, gap);
  flow.tellChange(slot, t);
}

/** The client's own; false where its number is none of this attempt. */
function clientRst(flow: FlowStage, slot: number, s: Segment, t: Micros): boolean {
  const { words } = flow.table.slots;
  const w = slot * S.WORDS;
  const next = words[w + S.CLIENT_NEXT];
  // Sent by the client's stack or by the application that closes: at its ISN or right after what it sent.
  if ((s.seq - words[w + S.ISN]) >>> 0 > ((next - words[w + S.ISN]) >>> 0) + GOING_ON_WINDOW)
    return false;
  flow.tellPacket(slot, 'rst', true, s, t);
  words[w + S.STATE] |= F.CLIENT_RST;
  if ((words[w + S.STATE] & F.SYN_ACK) === 0) return true;
  if (flow.inference !== null && acksSynAck(flow, slot, s)) establish(flow, slot, t, F.INFERRED);
  else breakOff(flow, slot, t);
  return true;
}

/** Whether its number is the server's, after one of its SYN-ACKs. */
function sentByServer(flow: FlowStage, slot: number, s: Segment): boolean {
  const { table } = flow;
  const isn = table.slots.more[slot * S.MORE + S.SERVER_ISN];
  if ((s.seq - isn) >>> 0 <= GOING_ON_WINDOW) return true;
  return table.evidenceIfAny(slot)?.hasFollowed(s.seq, GOING_ON_WINDOW) === true;
}

function breakOff(flow: FlowStage, slot: number, t: Micros): void {
  flow.table.slots.words[slot * S.WORDS + S.STATE] |= F.BROKEN_OFF;
  halfOpen(flow, slot, t);
}

/** The server has data that the client sends after the handshake only. */
function acksData(words: Int32Array, w: number, s: Segment): boolean {
  if ((s.flags & TCP_ACK) === 0) return false;
  return (s.ack - words[w + S.CLIENT_NEXT] - 1) >>> 0 < GOING_ON_WINDOW;
}

/**
 * An application that closes a connection the hard way acknowledges what it
 * got; the stack's refusal of an answer that nobody asked for, as scanners
 * leave it to, acknowledges nothing (RFC 9293, 3.10.7.1).
 */
function acksSynAck(flow: FlowStage, slot: number, s: Segment): boolean {
  if ((s.flags & TCP_ACK) === 0) return false;
  return (s.ack - flow.table.slots.more[slot * S.MORE + S.SERVER_ISN] - 1) >>> 0 < GOING_ON_WINDOW;
}

/** An ICMP error that quotes the slot's SYN; `hard` ones refuse it. */
export function onIcmp(flow: FlowStage, slot: number, s: Segment, hard: boolean, t: Micros): void {
  const { table } = flow;
  const { words } = table.slots;
  const w = slot * S.WORDS;
  const state = words[w + S.STATE];
  flow.tellPacket(slot, 'icmp', false, s, t);
  if (!hard) {
    const lives = (words[w + S.TTLS] & 0xff) >= ORDINARY_TTL;
    if (lives && isExpiry(s.v6, s.icmpType, s.icmpCode)) words[w + S.STATE] |= F.EXPIRED;
    return;
  }
  const evidence = table.evidenceOf(slot);
  if (evidence.icmpType < 0) {
    evidence.icmpType = s.icmpType;
    evidence.icmpCode = s.icmpCode;
    evidence.icmpV6 = s.v6;
    evidence.icmpFrom.splice(0, 4, s.src0, s.src1, s.src2, s.src3);
  }
  if ((state & (F.REJECTED | F.SYN_ACK)) !== 0) return;
  words[w + S.STATE] |= F.REJECTED | ((state & F.REFUSED) === 0 ? F.REJECTED_FIRST : 0);
  hold(flow, slot, t, evidence.lastGap);
  if ((state & F.REFUSED) === 0) flow.tellChange(slot, t);
}
