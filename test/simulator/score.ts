/** Compares the product's attempt records with the truth. */
import { isDeepStrictEqual } from 'node:util';
import { endpointText } from './addresses.ts';
import type { Truth } from './truth.ts';

/** As much of the JSON record as is judged; any other record type is passed over. */
export interface ScoredRecord {
  readonly type: string;
  /** ISO 8601 with microseconds. */
  readonly time?: string;
  readonly client?: { readonly ip: string; readonly port: number };
  readonly server?: { readonly ip: string; readonly port: number };
  readonly isn?: number;
  readonly outcome?: string;
  readonly syns?: number;
  readonly syn_offsets?: readonly number[];
  readonly icmp?: { readonly type: number; readonly code: number; readonly from: string } | null;
}

export interface Wrong {
  readonly truth: Truth;
  readonly record: ScoredRecord;
  readonly why: string;
}

export interface Score {
  /** Attempts of the truth. */
  readonly total: number;
  /** Their outcome is one that can be defended. */
  readonly right: number;
  /** Another outcome. */
  readonly wrong: Wrong[];
  /** No record with this client, server, ISN and first SYN. */
  readonly missing: Truth[];
  /** Records of no attempt. */
  readonly extra: ScoredRecord[];
  /** SYN count, offsets or ICMP differ, whether or not the outcome is right. */
  readonly details: Wrong[];
}

/** Offsets are kept up to this many (see the record's `syn_offsets`). */
const OFFSETS_KEPT = 64;

/** Of several records of one attempt the last one counts. Each list is in order of time. */
export function score(truth: readonly Truth[], records: Iterable<ScoredRecord>): Score {
  const last = new Map<string, ScoredRecord>();
  for (const record of records) {
    if (record.type === 'attempt') last.set(recordKey(record), record);
  }
  const result: Score = {
    total: truth.length,
    right: 0,
    wrong: [],
    missing: [],
    extra: [],
    details: [],
  };
  let right = 0;
  for (const line of truth) {
    const key = truthKey(line);
    const record = last.get(key);
    if (record === undefined) {
      result.missing.push(line);
      continue;
    }
    last.delete(key);
    if (line.accept.some((outcome) => outcome === record.outcome)) right++;
    else {
      const why = `${record.outcome}, not ${line.accept.join(' or ')}`;
      result.wrong.push({ truth: line, record, why });
    }
    const why = differingDetail(line, record);
    if (why !== null) result.details.push({ truth: line, record, why });
  }
  result.extra.push(...last.values());
  return { ...result, right };
}

/** One line a fault, for a test's message; at most `most`. */
export function faults({ wrong, missing, extra }: Score, most = 10): string {
  const lines = [
    ...wrong.map(({ truth, why }) => `wrong   ${truthKey(truth)} ${why} (${truth.fates.join()})`),
    ...missing.map((truth) => `missing ${truthKey(truth)} ${truth.accept.join(' or ')}`),
    ...extra.map((record) => `extra   ${recordKey(record)} ${record.outcome}`),
  ];
  const more = lines.length > most ? [`and ${lines.length - most} more`] : [];
  return [...lines.slice(0, most), ...more].join('\n');
}

/** Microseconds since 1970 as the records write them. */
export function timeText(time: number): string {
  const milliseconds = new Date(Math.floor(time / 1000)).toISOString().slice(0, -1);
  return `${milliseconds}${String(time % 1000).padStart(3, '0')}Z`;
}

function differingDetail(truth: Truth, record: ScoredRecord): string | null {
  const { syn_offsets: offsets, icmp } = truth;
  if (record.syns !== offsets.length) return `${record.syns} SYNs, not ${offsets.length}`;
  if (!isDeepStrictEqual(record.syn_offsets, offsets.slice(0, OFFSETS_KEPT))) {
    return `SYNs at ${record.syn_offsets?.join()}, not ${offsets.join()}`;
  }
  const told = record.icmp ?? null;
  const same =
    told === null || icmp === null
      ? told === icmp
      : told.type === icmp.type && told.code === icmp.code && told.from === icmp.from;
  return same ? null : `ICMP ${JSON.stringify(told)}, not ${JSON.stringify(icmp)}`;
}

function truthKey({ client, server, isn, time }: Truth): string {
  return `${endpointText(client)}>${endpointText(server)} ${isn} ${timeText(time)}`;
}

function recordKey({ client, server, isn, time }: ScoredRecord): string {
  const from = client === undefined ? '' : endpointText(client);
  const to = server === undefined ? '' : endpointText(server);
  return `${from}>${to} ${isn} ${time}`;
}
