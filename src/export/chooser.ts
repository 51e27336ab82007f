/** Which frames are an incident's. */
import type { PacketKind } from '../flow/listener.ts';
import { hashFlow } from '../flow/hash.ts';
import type { FrameWatcher } from '../engine/frame-watcher.ts';
import { concerns, neighbourhoodOf, type Neighbourhood } from '../history/neighbourhood.ts';
import type { Attempt, Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import type { CaptureInterface, FrameBatch } from '../plugin/api.ts';
import { formatAddress } from '../wire/address.ts';
import { KIND_ICMP, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type Segment } from '../wire/segment.ts';

/** Capture time; both ends are part of it. */
export interface Window {
  readonly from: Micros;
  readonly until: Micros;
}

type Take = (batch: FrameBatch, i: number, place: CaptureInterface) => void;

/** A scope may be a network of clients, too, if replies were lost on their way there. */
function placesOf(incident: Incident): Neighbourhood[] {
  const servers = neighbourhoodOf(incident, false);
  const both = incident.kind === 'reply-loss' && incident.scope.kind === 'network';
  return both ? [servers, neighbourhoodOf(incident, true)] : [servers];
}

/**
 * Takes all packets of each attempt at an incident's scope whose first SYN lies
 * in the window, also those that come later, up to the handshake's end; how such
 * connections end (FIN, RST); and, within the window, answers at the scope that
 * belong to no attempt: ICMP errors, SYN-ACKs, RSTs. An attempt that began before
 * the window is left out as a whole, as half of one would look like another.
 */
export class Chooser implements FrameWatcher {
  /** Attempts whose packets were taken. */
  attempts = 0;
  frames = 0;
  first: Micros = Number.POSITIVE_INFINITY;
  last: Micros = Number.NEGATIVE_INFINITY;
  readonly #places: readonly Neighbourhood[];
  readonly #window: Window;
  readonly #take: Take;
  /** Hashes of flows whose newest attempt is taken. */
  readonly #flows = new Set<number>();
  /** The frame at hand holds a packet of an attempt; of one that is wanted. */
  #told = false;
  #wanted = false;

  constructor(incident: Incident, window: Window, take: Take) {
    this.#places = placesOf(incident);
    this.#window = window;
    this.#take = take;
  }

  packet(attempt: Attempt, kind: PacketKind, fromClient: boolean): void {
    this.#told = true;
    const { from, until } = this.#window;
    if (attempt.time < from || attempt.time > until) return;
    if (!this.#places.some((place) => concerns(place, attempt))) return;
    this.#wanted = true;
    if (kind === 'syn' && fromClient && attempt.syns === 1) this.attempts++;
  }

  frame(batch: FrameBatch, i: number, segment: Segment, place: CaptureInterface): void {
    const told = this.#told;
    const wanted = told ? this.#wanted : this.#besides(batch.time[i], segment);
    this.#told = false;
    this.#wanted = false;
    if (told && segment.kind !== KIND_ICMP) {
      const hash = hashFlow(segment);
      if (wanted) this.#flows.add(hash);
      else this.#flows.delete(hash);
    }
    if (!wanted) return;
    this.frames++;
    this.first = Math.min(this.first, batch.time[i]);
    this.last = Math.max(this.last, batch.time[i]);
    this.#take(batch, i, place);
  }

  /** A frame that the table gave to no attempt. */
  #besides(time: Micros, s: Segment): boolean {
    const within = time >= this.#window.from && time <= this.#window.until;
    if (s.kind === KIND_ICMP) return within && s.quotesTcp === 1 && this.#quotes(s);
    if ((s.flags & (TCP_SYN | TCP_RST | TCP_FIN)) === 0) return false;
    if (this.#flows.has(hashFlow(s))) return true;
    if (!within) return false;
    // A SYN-ACK that overtook its SYN, or whose SYN was not captured.
    if ((s.flags & TCP_SYN) !== 0) return (s.flags & TCP_ACK) !== 0 && this.#concerns(s, false);
    return (s.flags & TCP_RST) !== 0 && (this.#concerns(s, false) || this.#concerns(s, true));
  }

  #concerns(s: Segment, toServer: boolean): boolean {
    const source = {
      ip: formatAddress(s.v6, s.src0, s.src1, s.src2, s.src3),
      port: s.srcPort,
    };
    const destination = {
      ip: formatAddress(s.v6, s.dst0, s.dst1, s.dst2, s.dst3),
      port: s.dstPort,
    };
    const [client, server] = toServer ? [source, destination] : [destination, source];
    return this.#isWithin(client, server);
  }

  #quotes(s: Segment): boolean {
    const client = {
      ip: formatAddress(s.v6, s.quoteSrc0, s.quoteSrc1, s.quoteSrc2, s.quoteSrc3),
      port: s.quoteSrcPort,
    };
    const server = {
      ip: formatAddress(s.v6, s.quoteDst0, s.quoteDst1, s.quoteDst2, s.quoteDst3),
      port: s.quoteDstPort,
    };
    return this.#isWithin(client, server);
  }

  #isWithin(client: Attempt['client'], server: Attempt['server']): boolean {
    return this.#places.some(({ by, within }) => {
      const { ip, port } = by === 'client' ? client : server;
      return within(ip, port);
    });
  }
}
