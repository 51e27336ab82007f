import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import { hashAddress } from './hash.ts';
import { FLOOD_ANSWERS, FLOOD_MEMORY, FLOOD_SHARE } from './rules.ts';
import * as S from './slots.ts';
import type { Slots } from './slots.ts';

/** Endpoints that share a place only make each other's floods a little harder to see. */
const PLACES = 4096;

/**
 * Where the capture holds no bare ACKs, silence after a SYN-ACK says that the
 * handshake was completed, but for floods: a server that answers with SYN
 * cookies repeats nothing. Real connections come to an end some time, so an
 * endpoint that answers many SYNs and sees next to no FIN is being flooded.
 *
 * Both are counted by endpoint, old ones fading.
 */
export class Inference {
  private readonly answers = new Float64Array(PLACES);
  private readonly ends = new Float64Array(PLACES);
  private readonly fadedAt = new Float64Array(PLACES);

  /** A SYN was answered, for the first time. */
  answered(synAck: Segment, t: Micros): void {
    const { src0, src1, src2, src3, srcPort } = synAck;
    this.answers[this.placeOf(src0, src1, src2, src3, srcPort, t)]++;
  }

  /** A connection came to its end, whoever began to end it. */
  ended(s: Segment, t: Micros): void {
    this.ends[this.placeOf(s.src0, s.src1, s.src2, s.src3, s.srcPort, t)]++;
    this.ends[this.placeOf(s.dst0, s.dst1, s.dst2, s.dst3, s.dstPort, t)]++;
  }

  /** Whether the server of this attempt is being flooded. */
  floods({ words, more }: Slots, slot: number, v6: boolean, t: Micros): boolean {
    const m = slot * S.MORE + S.SERVER_REST;
    const [w1, w2, w3] = v6 ? [more[m], more[m + 1], more[m + 2]] : [0, 0, 0];
    const port = words[slot * S.WORDS + S.PORTS] & 0xffff;
    const place = this.placeOf(words[slot * S.WORDS + S.SERVER], w1, w2, w3, port, t);
    const answers = this.answers[place];
    return answers > FLOOD_ANSWERS && this.ends[place] < FLOOD_SHARE * answers;
  }

  private placeOf(w0: number, w1: number, w2: number, w3: number, port: number, t: Micros): number {
    const place = hashAddress(w0, w1, w2, w3, port) & (PLACES - 1);
    const ago = t - this.fadedAt[place];
    if (ago > 0) {
      const left = Math.exp(-ago / FLOOD_MEMORY);
      this.answers[place] *= left;
      this.ends[place] *= left;
      this.fadedAt[place] = t;
    }
    return place;
  }
}
