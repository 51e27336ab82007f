import type { Micros } from '../model/attempt.ts';
import { CAPTURE_DUPLICATE, SERVER_ISNS_KEPT, SYN_TIMES_KEPT } from './rules.ts';

/** What only attempts with more than one packet from a side, or with an ICMP error, have: kept beside the slots. */
export class Evidence {
  /** Table times of each captured SYN, the first among them; at most {@link SYN_TIMES_KEPT}. */
  readonly synTimes: Micros[] = [];
  /** Gap between the last two SYNs that were no capture duplicates. */
  lastGap = 0;
  /** SYNs captured twice. */
  duplicates = 0;
  /** The first hard ICMP error. */
  icmpType = -1;
  icmpCode = -1;
  icmpV6 = 0;
  readonly icmpFrom: [number, number, number, number] = [0, 0, 0, 0];
  /** Table time of the last SYN-ACK. */
  lastSynAck: Micros = Number.NaN;
  /** What the client acknowledged last that the server was not seen to send: its SYN-ACK may be captured later. */
  strayAck = Number.NaN;
  /** ISNs of SYN-ACKs that one with another ISN followed; at most {@link SERVER_ISNS_KEPT}. */
  private readonly serverIsns: number[] = [];

  constructor(firstSyn: Micros) {
    this.synTimes.push(firstSyn);
  }

  /** Notes one more SYN; true when it is a retry, false for a capture duplicate. */
  addSyn(time: Micros, last: Micros): boolean {
    if (this.synTimes.length < SYN_TIMES_KEPT) this.synTimes.push(time);
    const gap = time - last;
    if (gap < CAPTURE_DUPLICATE) {
      this.duplicates++;
      return false;
    }
    this.lastGap = gap;
    return true;
  }

  /** Another SYN-ACK, with an ISN of its own, followed the one with this: SYN cookies. The client may take either. */
  followed(serverIsn: number): void {
    if (this.serverIsns.length < SERVER_ISNS_KEPT) this.serverIsns.push(serverIsn);
  }

  /** Whether the client acknowledged `first`, or at most so many past it, before that was captured. */
  ackedAhead(first: number, most: number): boolean {
    return !Number.isNaN(this.strayAck) && (this.strayAck - first) >>> 0 <= most;
  }

  /** Whether a sequence number lies at most so many past the ISN of such a SYN-ACK. */
  hasFollowed(sequence: number, most: number): boolean {
    return this.serverIsns.some((isn) => (sequence - isn) >>> 0 <= most);
  }
}
