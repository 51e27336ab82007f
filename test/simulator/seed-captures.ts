/**
 * The seed's three tcpdump listings, packet by packet: a dropped, a rejected
 * and a rejected but badly filtered telnet to port 8000 on the loopback.
 */
import { TCP_SYN } from '../../src/wire/segment.ts';
import { frame, LINK_TYPE } from './frames.ts';
import { icmpPacket, optionBytes, tcpPacket } from './packets.ts';
import { CaptureWriter } from './pcap-writer.ts';

/** What tcpdump prints, in UTC. */
export interface SeedListing {
  readonly srcPort: number;
  readonly isn: number;
  /** Each SYN's time of day, its TSval, and the time of the ICMP error that it drew. */
  readonly syns: ReadonlyArray<readonly [time: string, clock: number, icmp?: string]>;
}

export const DROP: SeedListing = {
  srcPort: 40626,
  isn: 274725390,
  syns: [
    ['07:53:22.037032', 3634790396],
    ['07:53:23.056604', 3634791416],
    ['07:53:25.072875', 3634793432],
    ['07:53:29.114411', 3634797474],
    ['07:53:37.296532', 3634805656],
    ['07:53:53.424581', 3634821784],
    ['07:54:26.960530', 3634855320],
  ],
};

export const REJECT_HIDDEN: SeedListing = {
  srcPort: 46098,
  isn: 890605329,
  syns: [
    ['08:01:25.203093', 3635273562],
    ['08:01:26.224568', 3635274584],
  ],
};

export const REJECT: SeedListing = {
  srcPort: 49464,
  isn: 2758936969,
  syns: [
    ['08:07:37.513842', 3635645873, '08:07:37.513868'],
    ['08:07:38.545073', 3635646904, '08:07:38.545296'],
  ],
};

const DAY = Date.UTC(2024, 0, 1) * 1000;
const LOCALHOST = '127.0.0.1';
/** The listings' "capture size 262144 bytes". */
const SNAP_LENGTH = 262_144;
/** ICMP errors that Linux sends: IPTOS_PREC_INTERNETCONTROL. */
const INTERNET_CONTROL = 0xc0;

/** A pcap file of link type LINUX_SLL, on 2024-01-01. */
export function seedCapture({ srcPort, isn, syns }: SeedListing): Uint8Array {
  const writer = new CaptureWriter({
    format: 'pcap',
    linkType: LINK_TYPE.sll,
    snapLength: SNAP_LENGTH,
  });
  const write = (time: string, packet: Uint8Array): void => {
    const cooked = frame(packet, LOCALHOST, LOCALHOST, { link: 'sll', loopback: true });
    writer.write(microseconds(time), cooked);
  };
  const ip = { src: LOCALHOST, dst: LOCALHOST, ttl: 64 };
  let id = isn & 0xffff;
  for (const [time, clock, icmp] of syns) {
    const syn = tcpPacket(
      { ...ip, id: id++, dontFragment: true, trafficClass: 0x10 },
      {
        srcPort,
        dstPort: 8000,
        seq: isn,
        ack: 0,
        flags: TCP_SYN,
        window: 65495,
        options: optionBytes([['mss', 65495], 'sackOK', ['ts', clock, 0], 'nop', ['wscale', 7]]),
        payload: 0,
      },
    );
    write(time, syn);
    if (icmp === undefined) continue;
    const fields = { ...ip, id: id++, dontFragment: false, trafficClass: INTERNET_CONTROL };
    write(icmp, icmpPacket(fields, 3, 3, syn));
  }
  return writer.finish();
}

/** `07:53:22.037032` of that day. */
function microseconds(time: string): number {
  const [hours, minutes, seconds] = time.split(':');
  const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return DAY + Math.round(ofDay * 1e6);
}
