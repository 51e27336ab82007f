import type { LadderHandshake, LadderPacket } from '../face/ladder-types.ts';
import type { PacketKind } from '../flow/listener.ts';
import { AttemptView } from '../flow/view.ts';
import type { Attempt, Outcome } from '../model/attempt.ts';
import { keepAttempt } from '../plugin/api.ts';
import type { Segment } from '../wire/segment.ts';
import { drawn } from './ladder-packet.ts';

/** Packets drawn of one handshake: its longest schedule, each SYN answered twice. */
const PACKETS_KEPT = 64;
/** Handshakes followed at once; in a flood the rest go without a picture. */
const FOLLOWED_MOST = 50_000;
/** Pictures kept of one endpoint for one outcome. */
const PER_ENDPOINT = 2;

/** Which pictures come first: what failed. */
const RANK: Readonly<Record<Outcome, number>> = {
  unanswered: 0,
  rejected: 1,
  refused: 2,
  'half-open': 3,
  established: 4,
  unresolved: 5,
};

interface Followed {
  readonly packets: LadderPacket[];
  dropped: number;
}

/** Collects the packets of handshakes, and keeps a few typical ones to draw. */
export class Ladders {
  private readonly followed = new Map<number, Followed>();
  private readonly kept: LadderHandshake[] = [];
  private readonly perEndpoint = new Map<string, number>();
  private readonly keptMost: number;

  /** @param most pictures to draw in all */
  constructor(most: number) {
    this.keptMost = most;
  }

  /** A packet of an attempt; the pipeline's `drawPackets` calls it. */
  packet(a: AttemptView, kind: PacketKind, fromClient: boolean, s: Segment, time: number): void {
    let followed = this.followed.get(a.slot);
    if (followed === undefined || (kind === 'syn' && fromClient && a.syns === 1)) {
      if (this.followed.size >= FOLLOWED_MOST) return;
      followed = { packets: [], dropped: 0 };
      this.followed.set(a.slot, followed);
    }
    if (followed.packets.length >= PACKETS_KEPT) {
      followed.dropped++;
      return;
    }
    followed.packets.push(drawn(followed.packets, kind, fromClient, s, time));
  }

  /** An attempt's last word: kept if it is among the typical ones. */
  settled(attempt: Attempt, wanted: boolean): void {
    if (!(attempt instanceof AttemptView)) return;
    const followed = this.followed.get(attempt.slot);
    this.followed.delete(attempt.slot);
    if (followed === undefined || !wanted) return;
    const { ip, port } = attempt.server;
    const endpoint = `${attempt.outcome} ${ip} ${port}`;
    const already = this.perEndpoint.get(endpoint) ?? 0;
    if (already >= PER_ENDPOINT) return;
    this.perEndpoint.set(endpoint, already + 1);
    this.kept.push({ attempt: keepAttempt(attempt), ...followed });
    if (this.kept.length >= this.keptMost * 4 + 64) this.prune();
  }

  /** The handshakes to draw: failures first, then in order of time. */
  chosen(): readonly LadderHandshake[] {
    this.prune();
    return this.kept;
  }

  private prune(): void {
    this.kept.sort(
      (a, b) =>
        RANK[a.attempt.outcome] - RANK[b.attempt.outcome] || a.attempt.time - b.attempt.time,
    );
    if (this.kept.length > this.keptMost) this.kept.length = this.keptMost;
  }
}
