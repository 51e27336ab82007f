/** Packet sequences that no stack would send, over few addresses, ports and numbers so that they meet. */
import * as fc from 'fast-check';
import type { IcmpLine, PacketLine, TcpLine } from '../cases/support/capture-text.ts';

const CLIENTS = ['10.2.0.1', '10.2.0.2', '2001:db8::1'];
const SERVERS = ['10.1.0.1', '10.1.0.2', '2001:db8::2'];
const PORTS = [0, 80, 40000];
const NUMBERS = [0, 1, 1000, 1001, 1002, 5000, 5001, 0x7fffffff, 0x80000000, 0xffffffff];
const FLAGS = ['S', 'S.', 'R', 'R.', '.', 'P.', 'F.', 'SF', 'SR', 'SEW', 'F', 'FP', 'W'];

/** Seconds from one packet to the next: bursts, retries, long silences, clocks set back. */
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 0.0001, 0.009, 0.01, 0.2, 0.5, 1.02, 3.01) },
  { weight: 2, arbitrary: fc.constantFrom(3.5, 3.6, 36, 61, 135, 400) },
  { weight: 1, arbitrary: fc.constantFrom(-0.001, -0.5, -5, -59, -61, -7200, 90_000) },
);

const number = fc.constantFrom(...NUMBERS);
const packet = fc.record({
  gap,
  family: fc.integer({ min: 0, max: 2 }),
  client: fc.constantFrom(...PORTS),
  server: fc.constantFrom(...PORTS),
  back: fc.boolean(),
  self: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
  flags: fc.constantFrom(...FLAGS),
  seq: number,
  ack: number,
  len: fc.constantFrom(0, 0, 0, 1, 100),
  icmp: fc.integer({ min: 0, max: 6 }).map((n) => n === 0),
  code: fc.constantFrom('3/3', '3/4', '3/13', '11/0', '12/0', '1/1', '1/4'),
  quoting: fc.nat(200),
  bytes: fc.constantFrom(0, 4, 8, 20),
});
type Drawn = typeof packet extends fc.Arbitrary<infer T> ? T : never;

export const sequences: fc.Arbitrary<PacketLine[]> = fc
  .array(packet, { minLength: 1, maxLength: 90, size: 'max' })
  .map((drawn) => {
    let at = 10_000;
    const lines: PacketLine[] = [];
    for (const p of drawn) {
      at = Math.max(0, Math.round((at + p.gap) * 1e6) / 1e6);
      lines.push(p.icmp ? icmpLine(p, at, lines) : tcpLine(p, at));
    }
    return lines;
  });

function tcpLine(p: Drawn, at: number): TcpLine {
  const client = { ip: CLIENTS[p.family], port: p.client };
  const server = p.self ? client : { ip: SERVERS[p.family], port: p.server };
  const [from, to] = p.back ? [server, client] : [client, server];
  const options = new Map([
    ['seq', String(p.seq)],
    ['ack', String(p.ack)],
    ['len', String(p.len)],
  ]);
  return { kind: 'tcp', at, from, to, flags: p.flags, options };
}

/** About a packet before it; a SYN where there is none. */
function icmpLine(p: Drawn, at: number, before: readonly PacketLine[]): PacketLine {
  const place = before.length === 0 ? -1 : p.quoting % before.length;
  const quoted = before[place];
  if (quoted?.kind !== 'tcp') return tcpLine({ ...p, flags: 'S' }, at);
  const v6 = quoted.from.ip.includes(':');
  const [type, code] = p.code.split('/').map(Number);
  const line: IcmpLine = {
    kind: 'icmp',
    at,
    type: v6 ? Math.min(type, 4) : type,
    code,
    from: v6 ? '2001:db8::9' : '10.9.9.9',
    quoting: place + 1,
    options: new Map([['bytes', String(p.bytes)]]),
  };
  return line;
}
