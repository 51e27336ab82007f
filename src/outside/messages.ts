/** What daemon and plugin say to each other. What comes from a plugin is only believed after `src/plugin/checked.ts`. */
import type { Attempt, Micros } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { JsonValue, OptionFault } from '../plugin/api.ts';
import type { NetAsked, NetTold } from './net/wire.ts';

/** A version of what follows: both sides are of one build, except while a package is being upgraded. */
export const PROTOCOL = 2;

/** A stretch of capture time in which packets passed unseen. */
export interface Stretch {
  readonly from: Micros;
  readonly to: Micros;
  readonly packets: number;
  readonly blind: boolean;
}

/** What is known of the capture. */
export interface Facts {
  readonly icmpSeen: boolean;
  readonly filters: readonly string[];
  readonly finite: boolean;
  /** Share of all handshakes so far whose SYN-ACK is missing: see `Missing`. */
  readonly answers: number;
  /** What passed unseen: the newest stretches. */
  readonly unseen: readonly Stretch[];
}

/** What rows of segments name by indices. */
export interface Place {
  readonly origin: number;
  readonly source: string;
  readonly interfaces: readonly string[];
}

/** What an analyser is told, in order. */
export type Event =
  | { readonly is: 'syn' | 'attempt'; readonly attempt: Attempt }
  /** So many of those whose rows come along with the batch. */
  | { readonly is: 'segments'; readonly count: number }
  /** A source by its index, and its interfaces: rows name them so from here on. */
  | ({ readonly is: 'place' } & Place)
  | { readonly is: 'notice'; readonly notice: Notice }
  | { readonly is: 'blind'; readonly since: Micros }
  | { readonly is: 'advance' | 'end'; readonly now: Micros };

/** A key and what is kept under it; without a value it is deleted. */
export type Kept = readonly [key: string, value?: JsonValue];

/** How an instance is to begin. */
export interface Create {
  readonly is: 'create';
  readonly protocol: typeof PROTOCOL;
  /** Absolute. */
  readonly file: string;
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly facts: Facts | null;
  /** `null` where nothing is kept. */
  readonly remembered: readonly Kept[] | null;
  /** Those known by now, of an analyser that reads segments. */
  readonly places?: readonly Place[];
}

/** Rows of segments, where there are any, are in a frame of their own before it. */
export interface Batch {
  readonly is: 'batch';
  /** From 1; the answer names it. */
  readonly number: number;
  readonly facts: Facts;
  readonly events: readonly Event[];
  /** Wants to know what is to be remembered; `all` of it. */
  readonly save: 'all' | 'some' | null;
}

/** What people call a server's port, or with `null` a host. */
export type Name = readonly [ip: string, port: number | null, name: string];

/** For a sink: what it need not answer for one by one. */
export interface Records {
  readonly is: 'records';
  readonly number: number;
  readonly records: readonly (Attempt | Endpoint)[];
  readonly names: readonly Name[];
}

/** For a sink: what it is asked to take until it does. */
export interface Deliver {
  readonly is: 'deliver';
  readonly number: number;
  /** Of the message: see `Delivery`. */
  readonly id: string;
  readonly message: Incident | Notice;
  readonly names: readonly Name[];
}

export type ToPlugin =
  | NetTold
  | Create
  | Batch
  | Records
  | Deliver
  | { readonly is: 'ping' | 'ending' | 'reopen' | 'close' | 'read' };

/** Which of its methods an analyser has. */
export interface Hears {
  readonly segment: boolean;
  readonly syn: boolean;
  readonly attempt: boolean;
  readonly notice: boolean;
}

/** The answer to a batch, after all that it told of it. */
export interface Done {
  readonly is: 'done';
  readonly number: number;
  readonly skipsLone: boolean;
  /** When it wants to be woken next; `null` for never. */
  readonly wake: Micros | null;
  readonly kept: readonly Kept[];
  /** Of attempts of the batch, by their index among its attempts. */
  readonly notes: readonly (readonly [index: number, notes: unknown])[];
}

/** What came from a plugin's process: whatever it likes to send. */
export type Heard = Readonly<Record<string, unknown>>;

export type FromPlugin =
  | NetAsked
  | { readonly is: 'ready'; readonly hears: Hears }
  | { readonly is: 'emit'; readonly messages: readonly unknown[] }
  | Done
  | { readonly is: 'log'; readonly level: string; readonly text: string }
  | { readonly is: 'failed'; readonly text: string; readonly stack: string }
  | { readonly is: 'pong' };

/** What a file declares, as the child that read it tells. */
export interface Description {
  readonly kind: string;
  readonly name: string;
  readonly api: unknown;
  readonly doc: string;
  readonly options: unknown;
  readonly reads: unknown;
  readonly emits: unknown;
  readonly remembers: unknown;
  readonly live: boolean;
  readonly creates: boolean;
  readonly checks: boolean;
  /** What was loaded for it: absolute paths. */
  readonly files: readonly string[];
}

/** Asks a child for what a file declares and, with options, for what it says of them. */
export interface Asked {
  readonly file: string;
  readonly options: Readonly<Record<string, unknown>> | null;
}

export type Described =
  | { readonly description: Description; readonly faults: readonly OptionFault[] }
  | { readonly fault: string };
