/** Handshakes at the one endpoint that is looked at, for pictures. */
import type { Pipeline } from '../engine/pipeline.ts';
import { ladderFromAttempt } from '../face/ladder-from-attempt.ts';
import type { LadderHandshake, LadderPacket } from '../face/ladder-types.ts';
import type { PacketKind } from '../flow/listener.ts';
import type { AttemptView } from '../flow/view.ts';
import type { Attempt } from '../model/attempt.ts';
import { keepAttempt } from '../plugin/api.ts';
import { drawn } from '../read/ladder-packet.ts';
import { isAt } from '../verdict/endpoint-book.ts';
import type { EndpointStats } from '../verdict/endpoint-stats.ts';
import type { Segment } from '../wire/segment.ts';

/** Packets drawn of one handshake: its longest schedule, each SYN answered twice. */
const PACKETS_KEPT = 64;

/** Handshakes followed at once: more than anybody looks through. */
const FOLLOWED_MOST = 200;

/** Those that are over: the newest of each kind. */
const FAILED_KEPT = 10;
const WORKED_KEPT = 3;

interface Followed {
  attempt: Attempt;
  readonly packets: LadderPacket[];
  dropped: number;
}

function trim(list: LadderHandshake[], most: number): void {
  if (list.length > most) list.splice(0, list.length - most);
}

/** Follows an endpoint's handshakes packet by packet while somebody looks. */
export class Handshakes {
  private readonly pipeline: Pipeline;
  private readonly stats: EndpointStats;
  /** By slot. */
  private readonly followed = new Map<number, Followed>();
  private readonly failed: LadderHandshake[] = [];
  private readonly worked: LadderHandshake[] = [];

  /** Begins with what the table knows of those under way. Not from within a batch. */
  constructor(pipeline: Pipeline, stats: EndpointStats) {
    this.pipeline = pipeline;
    this.stats = stats;
    pipeline.flow.eachHeld((a) => {
      if (!isAt(stats, a) || this.followed.size >= FOLLOWED_MOST) return;
      const { attempt, packets, dropped } = ladderFromAttempt(keepAttempt(a));
      this.followed.set(a.slot, { attempt, packets: [...packets], dropped });
    });
    pipeline.drawPackets((...packet) => this.packet(...packet));
  }

  close(): void {
    this.pipeline.drawPackets(undefined);
  }

  /** A change of outcome, or the last word. */
  attempt(a: AttemptView): void {
    const followed = this.followed.get(a.slot);
    if (followed === undefined) return;
    followed.attempt = keepAttempt(a);
    if (!a.final) return;
    this.followed.delete(a.slot);
    const worked = a.outcome === 'established';
    const list = worked ? this.worked : this.failed;
    list.push(followed);
    trim(list, worked ? WORKED_KEPT : FAILED_KEPT);
  }

  /** Failing ones first, of each kind the newest first; as they are by now. */
  get shown(): readonly LadderHandshake[] {
    const failing = [...this.failed, ...this.followed.values()].toReversed();
    return [...failing, ...this.worked.toReversed()].map(({ attempt, packets, dropped }) => ({
      attempt,
      packets: [...packets],
      dropped,
    }));
  }

  private packet(
    a: AttemptView,
    kind: PacketKind,
    fromClient: boolean,
    s: Segment,
    time: number,
  ): void {
    if (!isAt(this.stats, a)) return;
    let followed = this.followed.get(a.slot);
    if (kind === 'syn' && fromClient && a.syns === 1) {
      followed = { attempt: keepAttempt(a), packets: [], dropped: 0 };
      this.followed.delete(a.slot);
      this.followed.set(a.slot, followed);
      if (this.followed.size > FOLLOWED_MOST) {
        this.followed.delete(this.followed.keys().next().value!);
      }
    }
    if (followed === undefined) return;
    if (followed.packets.length >= PACKETS_KEPT) {
      followed.dropped++;
      return;
    }
    followed.packets.push(drawn(followed.packets, kind, fromClient, s, time));
    if (kind === 'syn') followed.attempt = keepAttempt(a);
  }
}
