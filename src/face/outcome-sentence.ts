import type { Attempt } from '../model/attempt.ts';
import { counted } from './count.ts';
import { formatDuration, formatSeconds } from './duration.ts';

/** What an attempt came to, in a clause that follows its outcome and a colon. */
export function outcomeSentence(attempt: Attempt): string {
  return [coreOf(attempt), ...remarksOf(attempt)].join('; ');
}

function coreOf(attempt: Attempt): string {
  const { answered_after: after, icmp } = attempt;
  const syns = counted(attempt.syns, 'SYN');
  const retried = attempt.syns > 1 ? ` (${syns} captured)` : '';
  switch (attempt.outcome) {
    case 'established': {
      if (after === null) return `the client went on after ${syns}`;
      return `answered after ${formatDuration(after)}${retried}`;
    }
    case 'half-open':
      return after === null
        ? 'a SYN-ACK was seen, the handshake never completed'
        : `SYN-ACK after ${formatDuration(after)}, the handshake never completed`;
    case 'refused':
      return `RST to the SYN${retried}`;
    case 'rejected':
      return icmp === null
        ? `an ICMP error about the SYN${retried}`
        : `ICMP ${icmp.name} (${icmp.type}/${icmp.code}) from ${icmp.from}${retried}`;
    case 'unanswered':
      return `no answer to ${syns}${spread(attempt)}`;
    case 'unresolved':
      return attempt.final
        ? `${syns}${spread(attempt)}; the capture does not tell what became of it`
        : `${syns} so far${spread(attempt)}`;
  }
}

/** How long the client tried. */
function spread({ syn_offsets: offsets }: Attempt): string {
  const last = offsets[offsets.length - 1] ?? 0;
  return last > 0 ? ` in ${formatSeconds(last)}` : '';
}

function remarksOf(attempt: Attempt): string[] {
  const remarks: string[] = [];
  const { family } = attempt.schedule;
  if (family !== null && family !== 'unknown' && family !== 'single') {
    remarks.push(`retries as ${family}`);
  }
  if (attempt.one_way) remarks.push('only one direction was captured');
  if (attempt.inferred) {
    remarks.push('inferred, as the capture holds no bare ACKs and nothing was repeated');
  }
  if (attempt.hidden_refusal) {
    remarks.push('perhaps refused by an ICMP error that the capture filter hid');
  }
  return remarks;
}
