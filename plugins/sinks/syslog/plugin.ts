import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { defineSink, OptionError } from 'unackd';
import type { NameOf, Sink } from 'unackd';
import { cut, rfc3164, rfc5424 } from './format.ts';
import { FACILITIES, facilityOf } from './severity.ts';
import { Stream } from './stream.ts';
import type { Transport } from './transport.ts';
import { Udp } from './udp.ts';

/** RFC 5426 and what rsyslog and syslog-ng have for TCP; RFC 5425. */
const PORTS = { udp: 514, tcp: 514, tls: 6514 };

interface Way {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'unix';
  readonly host: string;
  readonly port: number | undefined;
  readonly path: string;
  readonly ca: string | undefined;
  /** Microseconds. */
  readonly timeout: number;
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new OptionError(`'ca': can't read ${path} (${why}): is it there, and readable?`);
  }
}

function transportOf({ transport, host, port, path, ca, timeout }: Way): Transport {
  const ms = timeout / 1000;
  if (ca !== undefined && transport !== 'tls') {
    throw new OptionError("'ca' is for TLS: set 'transport' to tls");
  }
  switch (transport) {
    case 'udp':
      return new Udp(host, port ?? PORTS.udp);
    case 'tcp':
      return new Stream({ kind: 'tcp', host, port: port ?? PORTS.tcp }, ms);
    case 'tls': {
      const trusted = ca === undefined ? undefined : readCa(ca);
      return new Stream({ kind: 'tls', host, port: port ?? PORTS.tls, ca: trusted }, ms);
    }
    case 'unix':
      return new Stream({ kind: 'unix', path }, ms);
  }
}

export default defineSink({
  api: 1,
  name: 'syslog',
  doc: 'Tells incidents and notices to a syslog receiver: UDP, TCP, TLS or a local socket.',
  reads: ['incident', 'notice'],
  options: {
    transport: {
      type: 'enum',
      values: ['udp', 'tcp', 'tls', 'unix'],
      default: 'udp',
      doc: 'How it is sent; unix is a stream socket of this machine',
    },
    host: { type: 'string', default: '127.0.0.1', doc: 'Name or address of the receiver' },
    port: {
      type: 'int',
      optional: true,
      min: 1,
      max: 65_535,
      doc: 'Its port; left out, 514, with TLS 6514',
    },
    path: { type: 'path', default: '/dev/log', doc: 'The socket, for transport unix' },
    ca: {
      type: 'path',
      optional: true,
      doc: "PEM file of the authorities to trust, in place of the system's",
    },
    format: {
      type: 'enum',
      values: ['rfc5424', 'rfc3164'],
      default: 'rfc5424',
      doc: 'With structured data, or the old form for old receivers',
    },
    facility: {
      type: 'enum',
      values: FACILITIES,
      default: 'daemon',
      doc: 'Where the receiver files it',
    },
    app_name: { type: 'string', default: 'unackd', doc: 'APP-NAME of the messages' },
    hostname: {
      type: 'string',
      optional: true,
      doc: "HOSTNAME of the messages; left out, this machine's",
    },
    timeout: {
      type: 'duration',
      default: '10s',
      min: '100ms',
      max: '1m',
      doc: 'For connecting, and for the other side to acknowledge (TCP, TLS)',
    },
    queue: {
      type: 'int',
      default: 100_000,
      min: 1,
      max: 10_000_000,
      doc: 'Messages that may wait on disk; over that the oldest go first',
    },
    queue_size: {
      type: 'size',
      default: '64MiB',
      min: '64KiB',
      max: '16GiB',
      doc: 'The same in bytes',
    },
  },
  receiver: ({ transport, host, port, path, ca }) => {
    if (transport === 'unix') return { kind: 'unix', path };
    const to = { host, port: port ?? PORTS[transport] };
    return transport === 'tls' ? { kind: 'tls', ...to, ca } : { kind: transport, ...to };
  },
  create: (options, host): Sink => {
    const transport = transportOf(options);
    const format = options.format === 'rfc3164' ? rfc3164 : rfc5424;
    const header = {
      facility: facilityOf(options.facility),
      hostname: options.hostname ?? hostname(),
      appName: options.app_name,
      processId: process.pid,
    };
    const nameOf: NameOf = (ip, port) => host.nameOf(ip, port);
    let shortened = 0;
    return {
      queue: { messages: options.queue, bytes: options.queue_size },
      async deliver(message, { id, signal }) {
        const sized = cut(format(message, id, header, nameOf), transport.most);
        await transport.send(sized.bytes, signal);
        // Said at 1, 10, 100 and so on: never a line for each.
        if (sized.cut && Number.isInteger(Math.log10(++shortened))) {
          host.log('warn', `messages cut to ${transport.most} bytes up to now: ${shortened}`);
        }
      },
      close: () => transport.close(),
    };
  },
});
