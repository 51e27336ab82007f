import { LINK_TYPE } from '../simulator/frames.ts';
import { tcpPacket } from '../simulator/packets.ts';
import { pcapOf } from './octets.ts';

const SYN = 0x02;

/** A capture of one SYN, as raw IP. */
export function tcpSyn(src: string, srcPort: number, dst: string, dstPort: number): Uint8Array {
  const packet = tcpPacket(
    { src, dst, ttl: 64, id: 1, dontFragment: true, trafficClass: 0 },
    {
      srcPort,
      dstPort,
      seq: 1000,
      ack: 0,
      flags: SYN,
      window: 64_240,
      options: new Uint8Array(0),
      payload: 0,
    },
  );
  return pcapOf(LINK_TYPE.raw, [{ time: 1_700_000_000_000_000, bytes: packet }]);
}
