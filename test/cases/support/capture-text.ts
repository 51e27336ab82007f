/**
 * Reads a case's `capture.txt`: what each line says, without making packets of it.
 *
 *     c = 10.2.0.1:40000                      names for ends (these two are known from the start)
 *     s = 10.1.0.1:80
 *     +0.000000 c > s S seq=1000 ttl=64       flags as tcpdump writes them: S S. R R. . P. F. SEW
 *     +0.010000 s > c S. seq=5000 ack=1001
 *     +0.010500 s > c P. seq=5001 ack=1001 len=20
 *     +0.020000 icmp 3/3 from 10.9.9.9 quoting 1 bytes=8
 *     +1.000000 c > s S seq=7 repeat=200 every=0.005 step=address
 *
 * A packet's number, for `quoting`, is its place in the file, from 1 on.
 * `#` begins a remark.
 */
import { parseEndpoint } from '../../simulator/addresses.ts';

export interface End {
  readonly ip: string;
  readonly port: number;
}

interface Line {
  /** Seconds after the case's start. */
  readonly at: number;
  /** `key=value`; a word alone has the value ''. */
  readonly options: ReadonlyMap<string, string>;
}

export interface TcpLine extends Line {
  readonly kind: 'tcp';
  readonly from: End;
  readonly to: End;
  readonly flags: string;
}

export interface IcmpLine extends Line {
  readonly kind: 'icmp';
  readonly type: number;
  readonly code: number;
  readonly from: string;
  /** Number of the quoted packet. */
  readonly quoting: number;
}

export type PacketLine = TcpLine | IcmpLine;

const TCP = /^\+(\S+) (\S+) > (\S+) ([SFRPEW.]+)((?: \S+)*)$/;
const ICMP = /^\+(\S+) icmp (\d+)\/(\d+) from (\S+) quoting (\d+)((?: \S+)*)$/;
const NAME = /^(\w+) = (\S+)$/;

export function parseCapture(text: string): PacketLine[] {
  const ends = new Map([
    ['c', '10.2.0.1:40000'],
    ['s', '10.1.0.1:80'],
  ]);
  const end = (word: string): End => parseEndpoint(ends.get(word) ?? word);
  const packets: PacketLine[] = [];
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.replace(/#.*/, '').trim().replaceAll(/\s+/g, ' ');
    if (line === '') continue;
    const name = NAME.exec(line);
    const tcp = TCP.exec(line);
    const icmp = ICMP.exec(line);
    if (name !== null) {
      ends.set(name[1], name[2]);
    } else if (tcp !== null) {
      const [, at, from, to, flags, rest] = tcp;
      const options = optionsOf(rest);
      packets.push({ kind: 'tcp', at: Number(at), from: end(from), to: end(to), flags, options });
    } else if (icmp !== null) {
      const [, at, type, code, from, quoting, rest] = icmp;
      packets.push({
        kind: 'icmp',
        at: Number(at),
        type: Number(type),
        code: Number(code),
        from: ends.has(from) ? end(from).ip : from,
        quoting: Number(quoting),
        options: optionsOf(rest, end),
      });
    } else {
      throw new Error(`capture.txt:${i + 1}: ${raw}`);
    }
  }
  return packets;
}

/** Ends given by name are written out. */
function optionsOf(rest: string, end?: (word: string) => End): Map<string, string> {
  const options = new Map<string, string>();
  for (const word of rest.split(' ')) {
    if (word === '') continue;
    const [key, value = ''] = word.split('=');
    const isEnd = end !== undefined && (key === 'client' || key === 'server');
    options.set(key, isEnd ? endText(end(value)) : value);
  }
  return options;
}

function endText({ ip, port }: End): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
