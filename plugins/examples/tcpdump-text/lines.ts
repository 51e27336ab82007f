/** tcpdump's lines of text: what a packet said, as far as it matters to handshakes. */

export interface Endpoint {
  /** An address, or a name where tcpdump was run without -n. */
  readonly host: string;
  /** A number, or a service's name; empty for ICMP. */
  readonly port: string;
}

interface Common {
  /** `2026-09-21`, or `null` where the line says the time of day only. */
  readonly date: string | null;
  /** Microseconds since midnight, or, with `date` 'epoch', since 1970. */
  readonly time: number;
  readonly v6: boolean;
  readonly from: Endpoint;
  readonly to: Endpoint;
}

export interface TcpLine extends Common {
  readonly is: 'tcp';
  /** As tcpdump writes them: `S`, `S.`, `R.`, `.`, `F.`, `P.`, `SEW`. */
  readonly flags: string;
  readonly seq: number | null;
  readonly ack: number | null;
  /** Octets of data. */
  readonly length: number;
}

export interface IcmpLine extends Common {
  readonly is: 'icmp';
  readonly type: number;
  readonly code: number;
  /** The host that could not be reached. */
  readonly about: Endpoint;
}

export type PacketLine = TcpLine | IcmpLine;

/** -tttt, -tt or the usual time; then, with -i any or -e, what stands before IP. */
const HEAD =
  /^(?:(?<date>\d{4}-\d\d-\d\d) )?(?:(?<h>\d\d):(?<m>\d\d):(?<s>\d\d)\.(?<us>\d{6})|(?<epoch>\d{9,11})\.(?<fraction>\d{6}))\d* .*?\bIP(?<six>6?) (?:\((?:[^()]|\([^()]*\))*\) ?)?(?<rest>.*)$/u;
const ENDS = /^(?<from>\S+) > (?<to>\S+): (?<what>.*)$/u;
const FLAGS = /^Flags \[(?<flags>[^\]]+)\],?(?<rest>.*)$/u;
const UNREACHABLE = [
  { pattern: /^ICMP (?<host>\S+) tcp port (?<port>\S+) unreachable/u, type: 3, code: 3 },
  { pattern: /^ICMP host (?<host>\S+) unreachable - admin prohibited filter/u, type: 3, code: 13 },
  { pattern: /^ICMP host (?<host>\S+) unreachable - admin prohibited/u, type: 3, code: 10 },
  { pattern: /^ICMP host (?<host>\S+) unreachable/u, type: 3, code: 1 },
  { pattern: /^ICMP net (?<host>\S+) unreachable/u, type: 3, code: 0 },
  {
    pattern:
      /^ICMP6, destination unreachable, unreachable port, (?<host>\S+) tcp port (?<port>\S+?),/u,
    type: 1,
    code: 4,
  },
  {
    pattern: /^ICMP6, destination unreachable, unreachable prohibited (?<host>[^\s,]+)/u,
    type: 1,
    code: 1,
  },
] as const;

/** `10.1.0.1.8000`, `localhost.http`, `fe80::1.22`: the port is behind the last dot. */
function endpoint(text: string): Endpoint {
  const at = text.lastIndexOf('.');
  return { host: text.slice(0, at), port: text.slice(at + 1) };
}

function number(text: string, name: string): number | null {
  const found = new RegExp(`\\b${name} (?<value>\\d+)`, 'u').exec(text)?.groups?.['value'];
  return found === undefined ? null : Number(found);
}

function timeOf(head: Readonly<Record<string, string>>): Pick<Common, 'date' | 'time'> {
  const { date, h, m, s, us, epoch, fraction } = head;
  if (epoch !== undefined) return { date: 'epoch', time: Number(epoch) * 1e6 + Number(fraction) };
  const seconds = (Number(h) * 60 + Number(m)) * 60 + Number(s);
  return { date: date ?? null, time: seconds * 1e6 + Number(us) };
}

/** What one line says; `null` for all that is no packet of TCP, or no ICMP error. */
export function parseLine(line: string): PacketLine | null {
  const head = HEAD.exec(line)?.groups;
  const ends = ENDS.exec(head?.['rest'] ?? '')?.groups;
  if (head === undefined || ends === undefined) return null;
  const { from, to, what } = ends;
  const common = { ...timeOf(head), v6: head['six'] === '6' };
  const tcp = FLAGS.exec(what)?.groups;
  if (tcp !== undefined) {
    return {
      ...common,
      is: 'tcp',
      from: endpoint(from),
      to: endpoint(to),
      flags: tcp['flags'],
      seq: number(tcp['rest'], 'seq'),
      ack: number(tcp['rest'], 'ack'),
      length: number(tcp['rest'], 'length') ?? 0,
    };
  }
  for (const { pattern, type, code } of UNREACHABLE) {
    const found = pattern.exec(what)?.groups;
    if (found === undefined) continue;
    return {
      ...common,
      is: 'icmp',
      from: { host: from, port: '' },
      to: { host: to, port: '' },
      type,
      code,
      about: { host: found['host'], port: found['port'] ?? '' },
    };
  }
  return null;
}

/** The lines of a text; what -v breaks over two lines is one. */
export function joinLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/u)) {
    const last = lines.length - 1;
    const goesOn = /^\s+\S+ > \S+: /u.test(line) && /\)\s*$/u.test(lines[last] ?? '');
    if (goesOn) lines[last] = `${lines[last]} ${line.trim()}`;
    // A terminal's prompt, a quote mark of a ticket.
    else lines.push(line.replace(/^[\s>|]+/u, ''));
  }
  return lines;
}
