/**
 * Real programs beside what is made up: a server, or a client that asks for
 * connections until it is ended (SIGTERM), then says what they came to.
 *
 *     node bench/live/visits.ts server PORT...
 *     node bench/live/visits.ts client PORT=RATE...
 */
import { once } from 'node:events';
import { IPV4 } from '../../src/lab/hosts.ts';
import { client } from '../../src/lab/client.ts';
import { server } from '../../src/lab/server.ts';

/** Seconds until the client's kernel gives up. */
const PATIENCE = 7;

/** How many connections came to what, by `PORT what`. */
export type Visits = Readonly<Record<string, number>>;

const [part, ...args] = process.argv.slice(2);
const visits: Record<string, number> = {};

const works =
  part === 'server'
    ? await server({ part, address: IPV4.server, ports: args.map(Number), backlog: 1024 })
    : await client(
        {
          part: 'client',
          server: IPV4.server,
          targets: args.map((arg) => {
            const [port, rate] = arg.split('=').map(Number);
            return { port, rate };
          }),
          patience: PATIENCE,
        },
        (told) => {
          if (told.type !== 'result') return;
          const what = `${told.port} ${told.saw}`;
          visits[what] = (visits[what] ?? 0) + 1;
        },
      );
process.stdout.write('ready\n');
await once(process, 'SIGTERM');
await works.end();
process.stdout.write(`${JSON.stringify(visits)}\n`);
