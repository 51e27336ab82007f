/** What the lab and its parts (processes in the hosts) say to each other. */
import type { LadderHandshake } from '../face/ladder-types.ts';
import type { Outcome } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';

/** What a connection has come to of which nothing is known at the end. */
export const WAITING = 'waiting';

/** One connection that the client program asked for. */
export interface Result {
  readonly type: 'result';
  readonly port: number;
  /** When it began, in milliseconds of `Date.now`. */
  readonly started: number;
  /** `connected`, {@link WAITING}, else the error as programs see it: `ETIMEDOUT`. */
  readonly saw: string;
  /** How long that took. */
  readonly seconds: number;
}

/** What a part tells. `ready` once, when it works; `done` is its last word. */
export type Told =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string; readonly exitCode: number }
  | { readonly type: 'done' }
  | {
      readonly type: 'gives-up';
      /** Until the client's kernel tells a program ETIMEDOUT. */
      readonly seconds: number;
    }
  | { readonly type: 'ladder'; readonly handshake: LadderHandshake }
  | Result
  | Endpoint
  | Incident
  | Notice;

/** What a part is asked for: to tell the rest, and end. */
export type Asked = 'end';

export interface Target {
  readonly port: number;
  /** Connections asked for in a second. */
  readonly rate: number;
}

export interface ServerPart {
  readonly part: 'server';
  /** Where it listens. */
  readonly address: string;
  readonly ports: readonly number[];
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
}

export interface ClientPart {
  readonly part: 'client';
  /** The server's address. */
  readonly server: string;
  readonly targets: readonly Target[];
  /** Seconds within which its kernel should give up on a connection, as far as that can be. */
  readonly patience: number;
}

/** unackd, telling incidents as they come. */
export interface WatchPart {
  readonly part: 'watch';
  readonly interface: string;
  /** Folder to keep packets in. */
  readonly keep: string | null;
}

/** unackd, telling at its end how everything stands. */
export interface JudgePart {
  readonly part: 'judge';
  readonly interface: string;
  /** Such an attempt is drawn. */
  readonly port: number;
  readonly outcome: Outcome;
}

/** What a part is to be. */
export type Part = ServerPart | ClientPart | WatchPart | JudgePart;
