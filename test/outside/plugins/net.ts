/** Uses and abuses the network at each incident, and logs what came of it. */
import { connect } from 'node:net';
import { writeSync } from 'node:fs';
import { defineSink, PermissionError } from 'unackd';
import type { SinkHost } from 'unackd';

type Target = { readonly host: string; readonly port: number };
type Use = (host: SinkHost, target: Target) => Promise<string> | string;

/** A frame as the plugin's side sends them, of whatever. */
function raw(kind: number, payload: Uint8Array): void {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(payload.length);
  head[4] = kind;
  writeSync(3, Buffer.concat([head, payload]));
}

async function never(): Promise<string> {
  return new Promise(() => {});
}

const uses: Readonly<Record<string, Use>> = {
  talk: async (host, target) => {
    const { readable, writable } = await host.connect(target);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('hello over there'));
    await writer.close();
    return new Response(readable).text();
  },
  fetch: async (host, { host: name, port }) => {
    const answer = await host.fetch(`http://${name}:${port}/`, { method: 'POST', body: 'x' });
    return `${answer.status} ${await answer.text()}`;
  },
  denied: async (host, target) => {
    const errors: unknown[] = [];
    for (let i = 0; i < 3; i++) await host.connect(target).catch((error) => errors.push(error));
    return errors.map((error) => (error as PermissionError).name).join(' ');
  },
  sockets: async (_host, { host, port }) =>
    new Promise((resolve) => {
      connect(port, host, () => resolve('SUCCEEDED')).once('error', ({ message }) =>
        resolve(`held: ${message}`),
      );
    }),
  thousand: async (host, target) => {
    const tried = Array.from({ length: 1000 }, async () => host.connect(target));
    const opened = (await Promise.allSettled(tried)).filter((one) => one.status === 'fulfilled');
    return `${opened.length} opened`;
  },
  flood: async (host, target) => {
    for (;;) {
      const tried = Array.from({ length: 1000 }, async () => host.connect(target));
      for (const one of await Promise.allSettled(tried)) {
        if (one.status === 'fulfilled') one.value.close();
      }
    }
  },
  leak: async (host, target) => {
    await host.connect(target);
    return process.exit(1);
  },
  unread: async (host, target) => {
    await host.connect(target);
    return 'connected';
  },
  endless: async (host, target) => {
    const { writable } = await host.connect(target);
    const writer = writable.getWriter();
    void writer.write(new Uint8Array(1 << 26)).catch(() => {});
    return 'writes';
  },
  lie: async () => {
    raw(2, Uint8Array.of(9, 0, 0, 0, 1));
    return never();
  },
  nonsense: async () => {
    raw(0, Buffer.from('{"is":"net","what":"listen","id":1}'));
    return never();
  },
};

export default defineSink({
  api: 1,
  name: 'net',
  doc: 'Uses and abuses the network.',
  reads: ['incident'],
  options: {
    how: { type: 'string', doc: 'What to do.' },
    host: { type: 'string', default: '127.0.0.1', doc: 'Whom to connect to.' },
    port: { type: 'int', doc: 'Its port.' },
  },
  create: ({ how, host: name, port }, host) => ({
    async deliver({ type, ...incident }) {
      if (type === 'incident' && 'state' in incident && incident.state !== 'firing') return;
      host.log('info', `${how}: ${await uses[how](host, { host: name, port })}`);
    },
  }),
});
