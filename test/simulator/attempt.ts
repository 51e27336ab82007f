import type { Address, IcmpRefusal, Micros, Outcome } from '../../src/model/attempt.ts';
import type { Path } from './network.ts';
import type { IpFields, TcpFields } from './packets.ts';
import type { Stack } from './stacks.ts';

/** A packet on its way, which always knows the attempt that it belongs to. */
export interface Packet {
  readonly attempt: Attempt;
  readonly toServer: boolean;
  /** As the sender wrote it. */
  readonly ip: IpFields;
  /** Hops that the packet is spared, because a router on the way sent it. */
  readonly hopsSpared: number;
  readonly body: TcpBody | IcmpBody;
}

export interface TcpBody {
  readonly kind: 'tcp';
  readonly tcp: TcpFields;
}

export interface IcmpBody {
  readonly kind: 'icmp';
  readonly type: number;
  readonly code: number;
  readonly quote: Uint8Array;
}

/** What a captured packet shows about its attempt. */
export interface Evidence {
  /** Microseconds since the simulation's start. */
  readonly time: Micros;
  readonly what:
    | 'syn'
    | 'syn-ack'
    /** The client goes on: ACK, data or FIN. */
    | 'client'
    | 'client-reset'
    /** The server goes on: ACK, data or FIN. */
    | 'server'
    /** A RST that acknowledges the SYN. */
    | 'reset'
    | 'icmp';
  /** 'client': all that it acknowledges was captured. */
  readonly acknowledgesCaptured: boolean;
  readonly icmp: Pick<IcmpRefusal, 'type' | 'code' | 'from'> | null;
}

/** What befell the attempt's packets, beside plain service. */
export type Fate =
  | 'dropped-at-server'
  | 'queue-full'
  | 'lost-before-server'
  | 'reply-lost'
  | 'dropped-at-client'
  | 'reset'
  | 'rejected'
  | 'rate-limited'
  | 'application-gave-up'
  | 'stack-gave-up';

/** One active open with all that is known of it, at both ends and at the capture. */
export class Attempt {
  readonly client: Address;
  readonly server: Address;
  readonly isn: number;
  readonly stack: Stack;
  readonly path: Path;
  readonly vlans: readonly number[];
  /** When the first SYN left, captured or not. */
  readonly started: Micros;
  readonly fates = new Set<Fate>();
  readonly evidence: Evidence[] = [];
  /** The client's connect() succeeded. */
  connected = false;
  /** The server sent a SYN-ACK. */
  answered = false;
  /** How the attempt was first turned away, whether or not that arrived. */
  refusal: 'refused' | 'rejected' | null = null;
  /** Packets that passed the capture point and that it lost. */
  uncaptured = 0;
  /** The capture's filter hid an ICMP error about this attempt. */
  filtered = false;
  /** The end of the server's captured sequence numbers, or -1: for what the client may acknowledge. */
  capturedEnd = -1;
  /** Neither end will send anything more. */
  over = false;
  /** The last arrival at the server and at the client: packets of one flow keep their order. */
  readonly lastArrival = { toServer: 0, toClient: 0 };

  constructor(
    fields: Pick<Attempt, 'client' | 'server' | 'isn' | 'stack' | 'path' | 'vlans' | 'started'>,
  ) {
    this.client = fields.client;
    this.server = fields.server;
    this.isn = fields.isn;
    this.stack = fields.stack;
    this.path = fields.path;
    this.vlans = fields.vlans;
    this.started = fields.started;
  }

  /** What an eye on both ends would say. */
  get really(): Outcome {
    if (this.connected) return 'established';
    if (this.answered) return 'half-open';
    return this.refusal ?? 'unanswered';
  }
}
