/** The plugin's end of the socket to the daemon. */
import { Socket } from 'node:net';
import { jsonFrame, KIND_JSON, KIND_ROWS, Unframer } from '../framing.ts';
import type { FromPlugin } from '../messages.ts';

/** As the daemon opens it: after standard input, output and error. */
export const CHANNEL = 3;

/** Where the daemon's frames have no bound but memory: it is trusted here. */
const FROM_DAEMON_MOST = 2 ** 30;

export interface Channel {
  send(message: FromPlugin | object): void;
  /** Ends the process when all that was sent is written. */
  end(): void;
}

/**
 * @param take is given each message of the daemon, parsed
 * @param takeRows is given rows of segments, before the batch that they belong to
 */
export function openChannel(
  take: (message: never) => void,
  takeRows: (rows: Uint8Array) => void,
): Channel {
  const socket = new Socket({ fd: CHANNEL, readable: true, writable: true });
  const unframer = new Unframer(FROM_DAEMON_MOST, [KIND_JSON, KIND_ROWS]);
  socket.on('data', (chunk: Uint8Array) => {
    for (const { kind, payload } of unframer.take(chunk)) {
      if (kind === KIND_ROWS) takeRows(payload);
      else take(JSON.parse(payload.toString()) as never);
    }
  });
  // Without its daemon a plugin is of no use to anybody.
  socket.on('end', () => process.exit());
  socket.on('error', () => process.exit());
  return {
    send: (message) => {
      const bytes = jsonFrame(message);
      socket.write(bytes);
    },
    end: () => {
      socket.end(() => process.exit());
    },
  };
}
