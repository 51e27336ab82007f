/** What a simulation is made of: plain data, times in seconds from its start. */
import type { Link } from './frames.ts';
import type { CapturePoint, PathSpec } from './network.ts';
import type { CaptureFormat } from './pcap-writer.ts';
import type { Behaviour, EndpointSpec } from './servers.ts';
import type { StackName } from './stacks.ts';

/** What is said once connected. */
export interface Conversation {
  readonly requests: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Mean seconds, exponential: the server's work, and the client's pause between requests. */
  readonly service: number;
  readonly think: number;
  readonly close: 'client' | 'server' | 'reset';
}

export interface ClientSpec {
  /** Texts, or how many random ones (a spoofed flood; IPv4). */
  readonly addresses: readonly string[] | 'random';
  readonly stack: StackName;
  /** `10.1.0.1:8000`; each attempt picks one. */
  readonly targets: readonly string[];
  /** Attempts a second, of all these addresses together; arrivals are Poisson's. */
  readonly rate: number;
  readonly from?: number;
  readonly until?: number;
  /** Share of attempts whose application gives up after `timeout` seconds. */
  readonly impatient?: number;
  readonly timeout?: readonly [number, number];
  /** Share of attempts by a blocking connect(), where that matters (Linux and ICMP). Half by default. */
  readonly blocking?: number;
  readonly conversation?: Partial<Conversation>;
  /** Always this source port: the 4-tuple is used again with a new ISN. */
  readonly sourcePort?: number;
  /** The client's own firewall drops what comes in, after the capture. */
  readonly deaf?: boolean;
  readonly path?: Partial<PathSpec>;
  /** Ethernet only: VLAN ids from the outside in. */
  readonly vlans?: readonly number[];
}

export interface CaptureSpec {
  readonly point: CapturePoint;
  readonly direction: 'both' | 'to-server' | 'to-client';
  /** Share of packets that the capture itself loses. */
  readonly loss: number;
  /** Share of packets that are captured twice, up to 0.5 ms apart (a mirror port). */
  readonly doubling: number;
  /** Seconds: captured from and until then. */
  readonly from: number;
  readonly until: number;
  /** The filter names a TCP port, and so hides ICMP. */
  readonly hidesIcmp: boolean;
  /** Told in pcapng. */
  readonly filter?: string;
  readonly format: CaptureFormat;
  readonly link: Link;
  readonly snapLength: number;
}

export interface Scenario {
  readonly seed: string | number;
  /** Seconds. */
  readonly duration: number;
  readonly clients: readonly ClientSpec[];
  readonly endpoints: readonly EndpointSpec[];
  /** What targets that are no endpoint do; they drop by default. */
  readonly elsewhere?: Behaviour;
  readonly path?: Partial<PathSpec>;
  readonly capture?: Partial<CaptureSpec>;
  /** Microseconds since 1970. */
  readonly start?: number;
}

export const CONVERSATION: Conversation = {
  requests: 1,
  requestBytes: 180,
  responseBytes: 700,
  service: 0.01,
  think: 0.2,
  close: 'client',
};

export const CAPTURE: CaptureSpec = {
  point: 0,
  direction: 'both',
  loss: 0,
  doubling: 0,
  from: 0,
  until: Number.POSITIVE_INFINITY,
  hidesIcmp: false,
  format: 'pcap',
  link: 'ethernet',
  snapLength: 262_144,
};

/** 2026-09-21T14:13:20Z. */
export const START = 1_790_000_000_000_000;
