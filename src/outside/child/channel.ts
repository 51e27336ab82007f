/** The plugin's end of the socket to the daemon. */
import { Socket } from 'node:net';
import { frame, jsonFrame, KIND_JSON, KIND_NET, KIND_ROWS, Unframer } from '../framing.ts';
import type { FromPlugin } from '../messages.ts';
import { OwnMeters } from './own-meters.ts';

/** As the daemon opens it: after standard input, output and error. */
export const CHANNEL = 3;

/** Where the daemon's frames have no bound but memory: it is trusted here. */
const FROM_DAEMON_MOST = 2 ** 30;

/** For the daemon to read the last of it, be it ever so busy. */
const LAST_WORDS_MS = 2000;

/** Ends of a piece of work: what was counted in it is told first. */
const ENDS = new Set<unknown>(['done', 'taken', 'closed', 'frames', 'pong']);

export interface Channel {
  readonly meters: OwnMeters;
  send(message: FromPlugin | object): void;
  /** One frame of bytes. */
  sendBytes(kind: number, payload: Uint8Array): void;
  /** Ends the process when all that was sent is read; nothing more is taken. */
  end(): void;
}

/**
 * @param take is given each message of the daemon, parsed
 * @param takeRows is given rows of segments, before the batch that they belong to
 * @param takeNet is given bytes of a connection: `net/wire.ts`
 */
export function openChannel(
  take: (message: never) => void,
  takeRows: (rows: Uint8Array) => void,
  takeNet: (payload: Buffer) => void,
): Channel {
  const socket = new Socket({ fd: CHANNEL, readable: true, writable: true });
  const unframer = new Unframer(FROM_DAEMON_MOST, [KIND_JSON, KIND_ROWS, KIND_NET]);
  let ended = false;
  socket.on('data', (chunk: Uint8Array) => {
    if (ended) return;
    for (const { kind, payload } of unframer.take(chunk)) {
      if (kind === KIND_ROWS) takeRows(payload);
      else if (kind === KIND_NET) takeNet(payload);
      else take(JSON.parse(payload.toString()) as never);
    }
  });
  // Without its daemon a plugin is of no use to anybody.
  socket.on('end', () => process.exit());
  socket.on('error', () => process.exit());
  const meters = new OwnMeters();
  return {
    meters,
    send: (message) => {
      // Before anything of it is written: it may be what JSON can't hold.
      const bytes = jsonFrame(message);
      const values = 'is' in message && ENDS.has(message.is) ? meters.changed() : [];
      if (values.length > 0) socket.write(jsonFrame({ is: 'meters', values }));
      socket.write(bytes);
    },
    sendBytes: (kind, payload) => {
      socket.write(frame(kind, payload));
    },
    end: () => {
      // What the daemon still sends is read and dropped until it ends, too: a socket that
      // is closed over it is reset, and what was sent here may never be read.
      ended = true;
      socket.end();
      setTimeout(() => process.exit(), LAST_WORDS_MS);
    },
  };
}
