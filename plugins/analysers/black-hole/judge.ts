import type { Micros } from 'unackd';
import type { ClientNetwork } from './clients.ts';
import type { Port } from './places.ts';
import {
  BEYOND_BURST,
  BURST,
  BURST_MOST,
  CLUSTERED,
  COMMON_BURST,
  GENERAL_BURST,
  LOSS_LEAST,
  ONE_WAY_SHARE,
  POOLED_OTHERS,
  SECOND,
  TRIALS_LEAST,
  TRIALS_MOST,
} from './rules.ts';
import type { Fail, Run } from './run.ts';

/** Neighbours whose own silence is left out of the loss around; more do not change it. */
const NEIGHBOURS = 32;

/** What is known of the capture as a whole. */
export class Capture {
  /** Handshakes that worked, and those of them without their SYN-ACK. */
  handshakes = 0;
  missing = 0;
  lastOk: Micros = Number.NEGATIVE_INFINITY;
  /** Failing SYNs' server networks lately: the last, and the last one that was another. */
  failing: unknown = null;
  failedAt: Micros = Number.NEGATIVE_INFINITY;
  elsewhereFailedAt: Micros = Number.NEGATIVE_INFINITY;

  learn(oneWay: boolean): void {
    const fade = 1 - 1 / 2000;
    this.handshakes = this.handshakes * fade + 1;
    this.missing = this.missing * fade + Number(oneWay);
  }

  /** How often an answer that was there is not in the capture. */
  get misses(): number {
    return Math.min(1, (this.missing + 0.2) / (this.handshakes + 10));
  }

  /** From the first handshake on: one whose SYN-ACK is missing makes no baseline by itself. */
  get oneWay(): boolean {
    return this.missing > ONE_WAY_SHARE * this.handshakes;
  }

  failed(sent: Micros, network: unknown): void {
    if (this.failing !== network) {
      this.elsewhereFailedAt = this.failedAt;
      this.failing = network;
    }
    this.failedAt = sent;
  }
}

/** Turns evidence into a decision, for one stated rate of false alarms. */
export class Judge {
  readonly capture: Capture;
  readonly #falseAlarms: number;

  /** @param falseAlarms wanted at most, an endpoint and hour */
  constructor(capture: Capture, falseAlarms: number) {
    this.capture = capture;
    this.#falseAlarms = falseAlarms;
  }

  /**
   * Log-likelihood ratio from which on a silence is told. After each answer a
   * new trial begins, and one trial deceives with probability e^-x at most:
   * trials an hour over false alarms an hour gives x.
   */
  threshold(port: Port): number {
    return Math.log(trials(port) / this.#falseAlarms);
  }

  /** Probability that the claim is true: one such change a month and endpoint is expected beforehand. */
  confidence(port: Port, logLikelihood: number): number {
    const odds = logLikelihood - Math.log(trials(port) * 720);
    return Math.min(0.9999, Math.round(1e4 / (1 + Math.exp(-odds))) / 1e4);
  }

  /** Evidence that the port swallows SYNs; 0 where it is plainly not enough to compute. */
  silence(port: Port, run: Run): number {
    if (run.syns * -Math.log(LOSS_LEAST) < this.threshold(port)) return 0;
    return this.#silence(port, run);
  }

  #silence(port: Port, run: Run): number {
    if (this.capture.oneWay || !port.hasBaseline) return 0;
    const own = Math.max(port.loss.rate, port.loss.syns < 50 ? port.network.loss.rate : 0);
    const without = [run.counts];
    for (const other of port.network.silent) {
      if (without.length > NEIGHBOURS) break;
      const theirs = other.run;
      // Silent longer than a burst: it shares the fault, it does not explain it away.
      if (other !== port && theirs !== null && theirs.syns >= 3 && theirs.span >= BURST) {
        without.push(theirs.counts);
      }
    }
    const { recent } = port.network;
    const { misses } = this.capture;
    const around = new Map<number, number>();
    const again = port.network.lossAgain.rate;
    return run.evidence((fail: Fail, gap: Micros) => {
      const half = Math.floor(fail.sent / (SECOND / 2));
      let near = around.get(half);
      if (near === undefined) {
        near = recent.failing(fail.sent, without);
        around.set(half, near);
      }
      const clustered = gap < CLUSTERED ? again : 0;
      const loss = Math.max(own, near, clustered, fail.client.loss.rate);
      return fail.proven ? loss : loss + misses;
    }, port.partial?.worthOfOneFlow);
  }

  /** Whether several ports, all silent, were struck together. */
  pooled(ports: readonly Port[], threshold: number): boolean {
    const parts = ports.map((port) => (port.run === null ? 0 : this.#silence(port, port.run)));
    const sum = parts.reduce((a, b) => a + b, 0);
    return sum >= threshold && sum - Math.max(...parts) >= POOLED_OTHERS;
  }

  /**
   * Whether it has lasted longer than any burst of loss would.
   * @param least what a burst may last at the least
   */
  outlasts(port: Port, run: Run, span = run.span, least = BURST): boolean {
    const { network } = port;
    let burst = least;
    // Another port that answered only as this silence began does not show that the network is well.
    if (network.lastOk < run.first + span / 2) {
      burst = Math.max(burst, COMMON_BURST);
      if (run.failsAfter(run.first + BURST) < BEYOND_BURST) return false;
    }
    if (this.capture.lastOk < run.first && this.capture.elsewhereFailedAt > run.first) {
      burst = GENERAL_BURST;
    }
    if (run.clients.size === 1) {
      const [client] = run.clients;
      if (client.lastOk < run.first && client.otherFail > run.first) burst = GENERAL_BURST;
    }
    burst = Math.max(burst, Math.min(BURST_MOST, 1.5 * network.burstAsOf(run.last)));
    return span >= burst;
  }

  /** Evidence that answers do not reach the clients; of a client network, at ports that others do hear. */
  replyLoss(place: Port | ClientNetwork, run: Run): number {
    return run.evidence((fail) => {
      if (!('name' in place)) {
        // Others must have heard the port both shortly before and after.
        const after = fail.flow.port.heardByOthers(place, fail.sent);
        if (!fail.othersHeard || !after) return 1;
      }
      return Math.max(place.loss.rate, fail.client.loss.rate);
    });
  }
}

function trials(port: Port): number {
  const hours = (port.lastOk - port.firstOk) / (3600 * SECOND);
  const rate = hours > 0.001 ? port.answers / hours : TRIALS_LEAST;
  return Math.min(TRIALS_MOST, Math.max(TRIALS_LEAST, rate));
}
