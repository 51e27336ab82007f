import type { Attempt, Micros } from '../model/attempt.ts';
import type { LadderHandshake, LadderPacket } from './ladder-types.ts';

/** SYNs closer than this are one SYN captured twice (loopback, `any`, mirrored ports): no stack retries that soon. */
const DUPLICATE_WITHIN_S = 0.01;

/**
 * As much of the picture as an attempt's own record tells, for attempts whose
 * packets are no longer there: the SYNs and the first SYN-ACK. An attempt does
 * not say when an ICMP error or a RST came: the closing line names those.
 */
export function ladderFromAttempt(attempt: Attempt): LadderHandshake {
  const packets: LadderPacket[] = attempt.syn_offsets.map((offset, index, offsets) => ({
    ...bare(attempt.time, offset),
    fromClient: true,
    kind: 'syn',
    seq: attempt.isn,
    duplicate: index > 0 && offset - offsets[index - 1] < DUPLICATE_WITHIN_S,
  }));
  if (attempt.answered_after !== null) {
    packets.push({ ...bare(attempt.time, attempt.answered_after), kind: 'syn-ack' });
    packets.sort((a, b) => a.time - b.time);
  }
  return { attempt, packets, dropped: Math.max(0, attempt.syns - attempt.syn_offsets.length) };
}

function bare(start: Micros, offset: number): LadderPacket {
  return {
    time: start + Math.round(offset * 1e6),
    fromClient: false,
    kind: 'syn',
    seq: null,
    ack: null,
    length: 0,
    icmp: null,
    duplicate: false,
    options: '',
  };
}
