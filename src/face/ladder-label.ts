import type { Attempt } from '../model/attempt.ts';
import { clean } from './clean.ts';
import { formatCount } from './count.ts';
import type { LadderKind, LadderPacket } from './ladder-types.ts';

/** An arrow's words: what must be on it, what belongs to it, and what may stand beneath where room is short. */
export interface Label {
  readonly short: string;
  readonly head: string;
  readonly detail: string;
}

/** Options are told of these alone: elsewhere they are timestamps and acknowledgements. */
const SYNS: ReadonlySet<LadderKind> = new Set(['syn', 'syn-ack']);

/** @param retry of a SYN or SYN-ACK: how many of its kind came before it */
export function labelOf(
  packet: LadderPacket,
  attempt: Attempt,
  retry: number,
  unicode: boolean,
): Label {
  const { short, head } = words(packet, attempt, retry);
  // A repeated SYN repeats its options.
  const first = retry === 0 && !packet.duplicate;
  const options = first && SYNS.has(packet.kind) ? packet.options : '';
  const details = [options, packet.duplicate ? 'captured twice' : ''].filter((text) => text !== '');
  return {
    short,
    head: clean(head, unicode),
    detail: clean(details.join(', '), unicode),
  };
}

function words(
  packet: LadderPacket,
  attempt: Attempt,
  retry: number,
): { short: string; head: string } {
  const bytes = packet.length > 0 ? `, ${formatCount(packet.length)} B of data` : '';
  switch (packet.kind) {
    case 'syn': {
      const what = retry > 0 ? `SYN, retry ${retry}` : `SYN${numbered('seq', packet.seq)}`;
      return { short: 'SYN', head: what + bytes };
    }
    case 'syn-ack': {
      const first = `${numbered('seq', packet.seq)}${acknowledged(packet, attempt)}`;
      const what = retry > 0 ? `, retry ${retry}` : first;
      return { short: 'SYN-ACK', head: `SYN-ACK${what}${bytes}` };
    }
    case 'ack':
      return { short: 'ACK', head: 'ACK' };
    case 'data':
      return { short: 'data', head: `data${bytes.replace(' of data', '')}` };
    case 'fin':
      return { short: 'FIN', head: `FIN${bytes}` };
    case 'rst':
      return { short: 'RST', head: `RST${acknowledged(packet, attempt)}` };
    case 'icmp': {
      if (packet.icmp === null) return { short: 'ICMP', head: 'ICMP error' };
      const { name, type, code } = packet.icmp;
      return { short: 'ICMP', head: `ICMP ${name} (${type}/${code})` };
    }
  }
}

function numbered(what: string, value: number | null): string {
  return value === null ? '' : ` ${what} ${value}`;
}

/** What the server acknowledges, told by the client's ISN: the usual `isn+1` is seen at a glance. */
function acknowledged({ ack, fromClient }: LadderPacket, { isn }: Attempt): string {
  if (ack === null || fromClient) return '';
  const beyond = (ack - isn) >>> 0;
  // 65,535 bytes is the most that a SYN's window lets data on it (Fast Open) be.
  return beyond > 0 && beyond <= 65_536 ? ` ack isn+${beyond}` : ` ack ${ack} (not of this SYN)`;
}
