/** The turns an attempt's fate takes, whatever brought them about. */
import type { Micros } from '../model/attempt.ts';
import type { FlowStage } from './flow-stage.ts';
import {
  HALF_OPEN_HOLD,
  HOLD_GAPS,
  HOLD_MOST,
  INFERRED_AFTER,
  LONE_HOLD,
  REPEAT_GROWTH,
  REPEATS_TAKEN_WITHIN,
} from './rules.ts';
import * as S from './slots.ts';
import * as F from './state.ts';

/** Something came back, or the handshake worked. */
export const ANSWERED = F.SYN_ACK | F.ESTABLISHED | F.REFUSED | F.REJECTED | F.SERVER_WENT_ON;

/** What sets an attempt's deadline, other than its one SYN. */
const MORE_THAN_LONE =
  F.RETRIED | F.SYN_ACK | F.REFUSED | F.REJECTED | F.REVERSE_SYN | F.SERVER_WENT_ON;

/** How long after its last SYN an attempt stays open whose last two SYNs were `gap` apart. */
function holdAfter(gap: Micros): Micros {
  return Math.min(Math.max(LONE_HOLD, Math.ceil(gap * HOLD_GAPS)), HOLD_MOST);
}

/** Keeps an attempt open for what may follow its last SYN; not where the client's going on has settled it but for a late SYN-ACK. */
export function hold(flow: FlowStage, slot: number, t: Micros, gap: Micros): void {
  const { slots, timers } = flow.table;
  if ((slots.words[slot * S.WORDS + S.STATE] & F.CLIENT_WENT_ON) !== 0) return;
  timers.arm(slot, t + holdAfter(gap), flow.clock.now);
}

/** The handshake will not be completed: the client or the server broke it off, or time passed. */
export function halfOpen(flow: FlowStage, slot: number, t: Micros): void {
  const { table } = flow;
  const w = slot * S.WORDS;
  if ((table.slots.words[w + S.STATE] & (F.HALF_OPEN | F.FINAL)) !== 0) return;
  table.slots.words[w + S.STATE] |= F.HALF_OPEN;
  table.timers.arm(slot, t + HALF_OPEN_HOLD, flow.clock.now);
  flow.tellChange(slot, t);
}

/** The handshake worked: nothing can change that any more. */
export function establish(flow: FlowStage, slot: number, t: Micros, mark: number): void {
  flow.table.slots.words[slot * S.WORDS + S.STATE] |= F.ESTABLISHED | mark;
  if (mark === F.ONE_WAY) flow.traits.missing++;
  else flow.traits.answered++;
  flow.table.settle(slot, Math.max(t, flow.clock.now));
}

/** The SYN or its SYN-ACK was repeated: the handshake is not complete, so far. */
export function onRepeat(flow: FlowStage, slot: number, t: Micros): void {
  halfOpen(flow, slot, t);
  const since = t - flow.table.slots.answered(slot);
  const taken = since <= REPEATS_TAKEN_WITHIN;
  const wait = taken ? INFERRED_AFTER + Math.ceil(REPEAT_GROWTH * since) : HALF_OPEN_HOLD;
  flow.table.timers.arm(slot, t + wait, flow.clock.now);
}

/**
 * Nothing is repeated any more, where no bare ACKs are captured.
 * @returns false where that says nothing
 */
function onSilence(flow: FlowStage, slot: number, state: number, t: Micros): boolean {
  const { table, inference } = flow;
  if ((state & F.BROKEN_OFF) !== 0) return false;
  if ((state & F.HALF_OPEN) !== 0) {
    const latest = table.slots.answered(slot) + REPEATS_TAKEN_WITHIN;
    if (table.slots.lastSyn(slot) > latest) return false;
    if ((table.evidenceIfAny(slot)?.lastSynAck ?? 0) > latest) return false;
  }
  if (!inference!.floods(table.slots, slot, (state & F.V6) !== 0, t)) {
    table.slots.words[slot * S.WORDS + S.STATE] |= F.ESTABLISHED | F.INFERRED;
    flow.traits.answered++;
  }
  // At its own time, however late time was told to go on.
  table.settle(slot, t);
  return true;
}

/** The capture ended: the last word on a slot that is still open. */
export function onEnd(flow: FlowStage, slot: number, t: Micros): void {
  const { table } = flow;
  // Of a packet stamped before others the deadline may have passed when it was set.
  if (table.timers.deadline(slot) <= t) onDeadline(flow, slot, t);
  if (table.isFinal(slot)) return;
  const state = table.slots.words[slot * S.WORDS + S.STATE];
  if ((state & F.SYN_ACK) === 0 && (state & F.CLIENT_WENT_ON) !== 0) {
    establish(flow, slot, t, F.ONE_WAY);
  } else {
    table.settle(slot, t);
  }
}

/** A slot's time has come. */
export function onDeadline(flow: FlowStage, slot: number, t: Micros): void {
  const { table } = flow;
  const state = table.slots.words[slot * S.WORDS + S.STATE];
  if ((state & F.FINAL) !== 0) {
    table.free(slot);
    return;
  }
  if ((state & F.SYN_ACK) !== 0 && flow.inference !== null && onSilence(flow, slot, state, t)) {
    return;
  }
  if ((state & F.SYN_ACK) !== 0 && (state & F.HALF_OPEN) === 0) {
    halfOpen(flow, slot, t);
    return;
  }
  if ((state & F.SYN_ACK) === 0 && (state & F.CLIENT_WENT_ON) !== 0) {
    establish(flow, slot, t, F.ONE_WAY);
    return;
  }
  const due = table.slots.firstSyn(slot) + LONE_HOLD;
  if ((state & MORE_THAN_LONE) === 0 && t < due) {
    table.timers.arm(slot, due, t);
    if ((state & F.CLIENT_RST) !== 0 || flow.traits.misses) return;
    table.slots.words[slot * S.WORDS + S.STATE] = state | F.UNANSWERED;
    flow.tellLone(slot, t);
    return;
  }
  table.settle(slot, t);
}

/** The time of a lone SYN in the ring has come: shown unanswered first, given up later. */
export function onLoneDue(flow: FlowStage, t: Micros): void {
  const { lone } = flow.table;
  if (!lone.judgeNext) {
    flow.table.settleLone(t);
    return;
  }
  const silent = !flow.traits.misses;
  const line = lone.judge(silent);
  if (silent && flow.hearsAll) flow.tellLone(flow.table.show(line), t);
}
