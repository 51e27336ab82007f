import type { LadderPacket } from '../face/ladder-types.ts';
import type { PacketKind } from '../flow/listener.ts';
import { formatAddress } from '../wire/address.ts';
import { icmpName } from '../wire/icmp-names.ts';
import type { Segment } from '../wire/segment.ts';
import { optionsText } from './options-text.ts';

/** Same packet within this time: captured twice (see the flow stage's rules). */
const DUPLICATE = 10_000;

/**
 * A packet as pictures show it.
 * @param before those of the same handshake up to now
 * @param time packets' own
 */
export function drawn(
  before: readonly LadderPacket[],
  kind: PacketKind,
  fromClient: boolean,
  s: Segment,
  time: number,
): LadderPacket {
  const tcp = kind !== 'icmp';
  const seq = tcp ? s.seq >>> 0 : null;
  const same = before.findLast(
    (p) => p.kind === kind && p.fromClient === fromClient && p.seq === seq,
  );
  return {
    time,
    fromClient,
    kind,
    seq,
    ack: tcp && (s.flags & 0x10) !== 0 ? s.ack >>> 0 : null,
    length: tcp ? s.payload : 0,
    icmp: tcp
      ? null
      : {
          type: s.icmpType,
          code: s.icmpCode,
          name: icmpName(s.v6, s.icmpType, s.icmpCode),
          from: formatAddress(s.v6, s.src0, s.src1, s.src2, s.src3),
        },
    duplicate: same !== undefined && time - same.time < DUPLICATE,
    options: kind === 'syn' || kind === 'syn-ack' ? optionsText(s) : '',
  };
}
