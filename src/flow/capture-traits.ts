import { CAPTURE_LOSS_SHARE, MISSING_ANSWERS_LEAST, ONE_WAY_SHARE } from './rules.ts';

/** What the handshakes so far tell about the capture itself. */
export class CaptureTraits {
  /** Handshakes that worked, with their SYN-ACK captured. */
  answered = 0;
  /** Handshakes that worked, yet no SYN-ACK was captured. */
  missing = 0;
  /** Made-up acknowledgements, RSTs and SYN-ACKs that acknowledge something else. */
  strays = 0;
  /** Attempts begun. */
  attempts = 0;
  /** SYNs captured twice within a few milliseconds. */
  duplicates = 0;
  /** Late copies of an established attempt's SYN. */
  lateSyns = 0;

  /** Only one direction is captured: no answers are seen, yet clients go on. */
  get oneWay(): boolean {
    const all = this.answered + this.missing;
    return this.missing >= MISSING_ANSWERS_LEAST && this.answered < ONE_WAY_SHARE * all;
  }

  /** The capture holds both directions, but packets are missing from it. */
  get losesPackets(): boolean {
    const all = this.answered + this.missing;
    return (
      this.missing >= MISSING_ANSWERS_LEAST &&
      !this.oneWay &&
      this.missing > CAPTURE_LOSS_SHARE * all
    );
  }

  /** A packet that was not captured proves little. */
  get misses(): boolean {
    return this.missing >= MISSING_ANSWERS_LEAST && (this.oneWay || this.losesPackets);
  }
}
