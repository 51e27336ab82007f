/** The client program: asks for connections all the time, and tells what came of each. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { bePatient } from './patience.ts';
import { WAITING } from './messages.ts';
import type { ClientPart, Result, Target } from './messages.ts';
import type { Tell, Works } from './part.ts';

/** How long a connection stands before the client closes it. */
const HELD_MS = 100;

interface Going {
  readonly socket: Socket;
  /** Tells what came of it, once. */
  conclude(saw: string): void;
}

export async function client(
  { server, targets, patience }: ClientPart,
  tell: Tell,
): Promise<Works> {
  const going = new Set<Going>();
  tell({ type: 'gives-up', seconds: bePatient(patience) });

  function attempt(port: number): void {
    const started = Date.now();
    const clock = performance.now();
    const socket = connect({ host: server, port });
    const one: Going = {
      socket,
      conclude(saw) {
        if (!going.delete(one)) return;
        const seconds = (performance.now() - clock) / 1000;
        tell({ type: 'result', port, started, saw, seconds } satisfies Result);
      },
    };
    going.add(one);
    socket.once('connect', () => {
      one.conclude('connected');
      setTimeout(() => socket.end(), HELD_MS);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => one.conclude(error.code ?? error.message));
    socket.resume();
  }

  const timers = targets.map((target, i) => everySoOften(target, i / targets.length, attempt));
  return {
    end() {
      for (const stop of timers) stop();
      for (const one of going) {
        one.conclude(WAITING);
        one.socket.destroy();
      }
    },
  };
}

/** @param phase of the first one, so that ports take turns @returns what stops it */
function everySoOften(
  { port, rate }: Target,
  phase: number,
  attempt: (port: number) => void,
): () => void {
  const apart = 1000 / rate;
  let interval: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    attempt(port);
    interval = setInterval(() => attempt(port), apart);
  }, apart * phase);
  return () => {
    clearTimeout(first);
    clearInterval(interval);
  };
}
