import type { CaptureTraits } from '../flow/capture-traits.ts';
import type { Micros } from '../model/attempt.ts';
import type { Missing } from '../plugin/api.ts';

/** Stretches remembered; beyond, the oldest two become one. Enough for an hour's worth of losses told second by second. */
const STRETCHES_MOST = 4096;

export interface Stretch {
  readonly from: Micros;
  readonly to: Micros;
  /** Packets that the capture dropped then. */
  readonly packets: number;
  /** Nothing at all was seen. */
  readonly blind: boolean;
}

/** Share of the handshakes that worked without their SYN-ACK captured, of a capture that loses packets; else 0. */
export function lostAnswers({ losesPackets, missing, answered }: CaptureTraits): number {
  return losesPackets ? missing / (missing + answered) : 0;
}

/** When packets passed that the capture does not hold. */
export class Unseen {
  private readonly stretches: Stretch[] = [];

  dropped(from: Micros, to: Micros, packets: number): void {
    this.add({ from, to, packets, blind: false });
  }

  blind(from: Micros, to: Micros): void {
    this.add({ from, to, packets: 0, blind: true });
  }

  /** Packets dropped since then, and microseconds in which nothing was seen. */
  since(time: Micros): Omit<Missing, 'answers'> {
    let packets = 0;
    let blind = 0;
    for (let i = this.stretches.length - 1; i >= 0; i--) {
      const stretch = this.stretches[i];
      if (stretch.to <= time) break;
      packets += stretch.packets;
      if (stretch.blind) blind += stretch.to - Math.max(stretch.from, time);
    }
    return { packets, blind };
  }

  /** The newest ones, in order. */
  newest(most: number): readonly Stretch[] {
    return this.stretches.slice(-most);
  }

  private add(stretch: Stretch): void {
    this.stretches.push(stretch);
    if (this.stretches.length <= STRETCHES_MOST) return;
    const [first, second] = this.stretches;
    const packets = first.packets + second.packets;
    // Of two kinds the drops stay: blindness was told by itself.
    const blind = first.blind && second.blind;
    this.stretches.splice(0, 2, { from: first.from, to: second.to, packets, blind });
  }
}
