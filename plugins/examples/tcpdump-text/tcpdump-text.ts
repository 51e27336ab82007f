/** tcpdump-text: packets out of the text that tcpdump prints, as people paste it into tickets. */
import { readFileSync } from 'node:fs';
import { defineSource, InputError } from 'unackd';
import type { FrameBatch, SourceHost } from 'unackd';
import { joinLines, parseLine } from './lines.ts';
import { Hosts } from './names.ts';
import { Transcript, type Packet } from './transcript.ts';

/** IP packets without a link layer, as registered at tcpdump.org. */
const LINKTYPE_RAW = 101;
/** Of a paste; 300,000 packets and more. */
const TEXT_MOST = 64 * 1024 * 1024;

/** Lines that begin with a time of day, and so should be packets. */
const TIMED = /^(?:\d{4}-\d\d-\d\d )?(?:\d\d:\d\d:\d\d|\d{9,11})\.\d{6}/u;

function textOf(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(code === 'EACCES' ? 77 : 66, `${path}: ${message}`);
  }
  if (text.length > TEXT_MOST) {
    throw new InputError(65, `${path}: over 64 MiB of text: have tcpdump write it with -w instead`);
  }
  return text;
}

/** What the text says, and what of it could not be made out. */
function read(path: string, hosts: Hosts, day: number, host: SourceHost): readonly Packet[] {
  const transcript = new Transcript(hosts, day);
  const packets: Packet[] = [];
  let unread = 0;
  for (const line of joinLines(textOf(path))) {
    const parsed = parseLine(line);
    const packet = parsed === null ? null : transcript.packetOf(parsed);
    if (packet !== null) packets.push(packet);
    else if (TIMED.test(line)) unread++;
  }
  if (packets.length === 0) {
    throw new InputError(
      65,
      `${path}: no line of tcpdump's in it: 07:53:22.037032 IP a.1 > b.2: Flags [S], ...`,
    );
  }
  const time = packets[packets.length - 1].time;
  if (unread > 0) {
    const text = `${unread} ${unread === 1 ? 'line' : 'lines'} with a time: neither TCP nor an ICMP error about a SYN, left out`;
    host.notice({ type: 'notice', code: 'lines-left-out', time, text });
  }
  if (hosts.invented.length > 0) {
    const names = hosts.invented.slice(0, 5).join(', ');
    const text = `no addresses for ${names}: made-up ones stand for them; give them with 'hosts', or run tcpdump with -n`;
    host.notice({ type: 'notice', code: 'names-without-address', time, text });
  }
  return packets;
}

function fill(batch: FrameBatch, packets: readonly Packet[]): void {
  batch.bytes = Buffer.concat(packets.map(({ octets }) => octets));
  batch.count = packets.length;
  let at = 0;
  for (const [i, { time, octets }] of packets.entries()) {
    batch.offset[i] = at;
    batch.captured[i] = octets.length;
    batch.wire[i] = octets.length;
    batch.time[i] = time;
    batch.iface[i] = 0;
    at += octets.length;
  }
}

const DATE = /^\d{4}-\d\d-\d\d$/u;
const PAIR = /^[^=\s]+=[0-9a-f.:]+$/iu;

export default defineSource({
  api: 1,
  name: 'tcpdump-text',
  doc: 'Reads packets out of the text that tcpdump prints, as people paste it into tickets.',
  options: {
    path: { type: 'path', reads: true, default: 'example.txt', doc: 'the text' },
    date: {
      type: 'string',
      default: '1970-01-01',
      doc: 'the first day, where lines say the time of day only',
    },
    hosts: {
      type: 'list',
      of: 'string',
      default: [],
      doc: 'addresses of names, where -n was left out: db.example=10.1.0.5',
    },
  },
  check({ date, hosts }) {
    const wrong = hosts.findIndex((pair) => !PAIR.test(pair));
    return [
      ...(DATE.test(date) && !Number.isNaN(Date.parse(date))
        ? []
        : [
            {
              option: 'date',
              severity: 'error',
              message: `'date' wants a day such as 2026-09-21`,
            } as const,
          ]),
      ...(wrong < 0
        ? []
        : [
            {
              option: 'hosts',
              item: wrong,
              severity: 'error',
              message: `'hosts' wants NAME=ADDRESS`,
            } as const,
          ]),
    ];
  },
  create({ path, date, hosts }, host) {
    let packets: readonly Packet[] | null = null;
    let next = 0;
    return {
      interfaces: [{ name: path, linkType: LINKTYPE_RAW, filter: null, snapLength: 0 }],
      read(batch) {
        packets ??= read(path, new Hosts(hosts), Date.parse(`${date}T00:00:00Z`) * 1000, host);
        const taken = packets.slice(next, next + batch.capacity);
        fill(batch, taken);
        next += taken.length;
        return next < packets.length;
      },
    };
  },
});
