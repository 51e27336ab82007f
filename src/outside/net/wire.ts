/**
 * What a plugin's process and the daemon say of connections. Each has a number,
 * which the plugin gives: from 1, each higher than all before. Bytes go in
 * frames of their own (`KIND_NET`): the number in four bytes, little-endian,
 * then the bytes, at least one. Both sides send so much as the other has made
 * room for: a window, which `room` widens again as bytes are taken. From the
 * plugin each part costs `partCost` of it.
 */
import type { TlsWish } from '../../plugin/network.ts';

/** Bytes of one frame. */
export const PART_MOST = 64 * 1024;
const ID_BYTES = 4;
/** A part takes that much of the window besides its bytes: what waits costs the daemon more than them. */
const PART_COST = 256;
export const ID_MOST = 2 ** 32 - 1;

/** What a plugin asks. Only believed after `asked.ts`. */
export type NetAsked =
  | {
      readonly is: 'net';
      readonly what: 'connect';
      readonly id: number;
      readonly host: string;
      readonly port: number;
      /** `null` without TLS. */
      readonly tls: TlsWish | null;
    }
  | {
      readonly is: 'net';
      readonly what: 'fetch';
      readonly id: number;
      readonly url: string;
      readonly method: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly redirect: 'follow' | 'manual' | 'error';
      /** Bytes of the body; `null` where that is not known before its end. */
      readonly length: number | null;
      readonly tls: TlsWish | null;
    }
  /** `end`: it writes no more. `close`: it is done with it. */
  | { readonly is: 'net'; readonly what: 'end' | 'close'; readonly id: number }
  | { readonly is: 'net'; readonly what: 'room'; readonly id: number; readonly bytes: number };

/** What it is answered. */
export type NetTold =
  | {
      readonly is: 'net';
      readonly what: 'opened';
      readonly id: number;
      readonly ip: string;
      readonly port: number;
      readonly alpn: string | null;
    }
  | {
      readonly is: 'net';
      readonly what: 'answered';
      readonly id: number;
      readonly url: string;
      readonly redirected: boolean;
      readonly status: number;
      readonly text: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
    }
  /** `end`: the host has sent all. `sent`: what the plugin wrote to the end is with the kernel. */
  | { readonly is: 'net'; readonly what: 'end' | 'sent'; readonly id: number }
  | { readonly is: 'net'; readonly what: 'room'; readonly id: number; readonly bytes: number }
  /** It is over, by no wish of the plugin's. */
  | {
      readonly is: 'net';
      readonly what: 'failed';
      readonly id: number;
      readonly text: string;
      readonly code: string | null;
      /** What was not granted. */
      readonly grant: string | null;
    };

/** What a plugin's part takes of its window. */
export function partCost(bytes: Uint8Array): number {
  return bytes.length + PART_COST;
}

/** The bytes that a window has room for in one part; under 1 for none. */
export function partRoom(window: number): number {
  return Math.min(PART_MOST, window - PART_COST);
}

/** The payload of a frame. */
export function netPart(id: number, bytes: Uint8Array): Uint8Array {
  const payload = new Uint8Array(ID_BYTES + bytes.length);
  new DataView(payload.buffer).setUint32(0, id, true);
  payload.set(bytes, ID_BYTES);
  return payload;
}

/** @returns `null` of what is too short to have a number */
export function readNetPart(payload: Buffer): { id: number; bytes: Uint8Array } | null {
  if (payload.length < ID_BYTES) return null;
  return { id: payload.readUInt32LE(0), bytes: payload.subarray(ID_BYTES) };
}
