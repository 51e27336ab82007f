/** `unackd attempts`: attempts out of a database. */
import ipaddr from 'ipaddr.js';
import { AttemptTable } from '../face/attempt-table.ts';
import { counted } from '../face/count.ts';
import { wrapText } from '../face/wrap.ts';
import { OUTCOMES, type Attempt } from '../model/attempt.ts';
import { toJsonLine } from '../plugin/api.ts';
import { Filter } from '../read/filter.ts';
import { StandardOutput } from '../read/standard-output.ts';
import { openPlace, whyNone, type Place, type PlaceRequest } from './place.ts';
import { sheetOfOutput } from '../read/page-of-output.ts';
import { parseSpan, type Span } from './when.ts';

export interface AttemptsRequest extends PlaceRequest {
  readonly servers: readonly string[];
  readonly ports: readonly string[];
  readonly outcomes: readonly string[];
  readonly source: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  /** The newest so many; 0 is all, left out the format's own. */
  readonly limit: number | undefined;
  readonly format: 'text' | 'jsonl';
}

/** Rows for people, unless they ask for more: as many as `read` shows. */
const TEXT_LIMIT = 50;

/** Rows laid out at once: a longer table goes out in pieces. */
const BLOCK = 1000;

export function filterOf(
  servers: readonly string[],
  ports: readonly string[],
  outcomes: readonly string[],
): Filter {
  try {
    return new Filter(servers, ports, outcomes);
  } catch (error) {
    throw Object.assign(error as Error, { exitCode: 2 });
  }
}

/** What SQLite's indexes can narrow by; the filter does the rest. */
function narrowed({ servers, ports, outcomes, source }: AttemptsRequest, { since, until }: Span) {
  const [ip] = servers.length === 1 && ipaddr.isValid(servers[0]) ? servers : [];
  const [port] = ports.length === 1 && /^\d+$/u.test(ports[0]) ? ports : [];
  const outcome = outcomes.length === 1 ? OUTCOMES.find((one) => one === outcomes[0]) : undefined;
  return {
    ...(ip === undefined ? {} : { ip: canonical(ip) }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(source === undefined ? {} : { source }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** As records have it. */
function canonical(ip: string): string {
  const address = ipaddr.parse(ip);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

interface Wanted {
  readonly attempts: Iterable<Attempt>;
  /** More match than the limit lets through. */
  readonly more: boolean;
}

function wanted(place: Place, request: AttemptsRequest, limit: number): Wanted {
  const span = parseSpan(request.since, request.until);
  const filter = filterOf(request.servers, request.ports, request.outcomes);
  const narrow = narrowed(request, span);
  if (limit === 0) {
    const all = place.history.attempts(narrow);
    return { attempts: all.filter((attempt) => filter.attempt(attempt)), more: false };
  }
  const newest: Attempt[] = [];
  for (const attempt of place.history.attempts({ ...narrow, newestFirst: true })) {
    if (!filter.attempt(attempt)) continue;
    if (newest.length === limit) return { attempts: newest.toReversed(), more: true };
    newest.push(attempt);
  }
  return { attempts: newest.toReversed(), more: false };
}

/** Prints attempts in order of time: all, or the newest ones. */
export function showAttempts(request: AttemptsRequest): void {
  const place = openPlace(request);
  const out = new StandardOutput();
  try {
    const limit = request.limit ?? (request.format === 'text' ? TEXT_LIMIT : 0);
    const found = wanted(place, request, limit);
    if (request.format === 'jsonl') {
      for (const attempt of found.attempts) out.put(toJsonLine(attempt));
    } else {
      printTable(found, limit, place, out);
    }
    out.flush();
  } finally {
    place.history.close();
  }
}

function printTable({ attempts, more }: Wanted, limit: number, place: Place, out: StandardOutput) {
  const sheet = sheetOfOutput();
  const table = new AttemptTable(sheet);
  let waiting: Attempt[] = [];
  let blocks = 0;
  const put = (last: boolean): void => {
    const lines = table.lines(waiting, last && blocks === 0);
    out.put(`${lines.join('\n')}\n`);
    waiting = [];
    blocks++;
  };
  for (const attempt of attempts) {
    if (waiting.length === BLOCK) put(false);
    waiting.push(attempt);
  }
  if (waiting.length > 0) put(true);
  if (blocks === 0) out.put(`${none(place)}\n`);
  if (more) {
    const rest = `the newest ${counted(limit, 'attempt')}; earlier ones match, too (--limit 0 shows all)`;
    const { width } = sheet;
    out.put(`${wrapText(rest, { width, first: '', rest: '    ' }).join('\n')}\n`);
  }
}

function none(place: Place): string {
  const empty = place.history.lastTime() === null;
  if (!empty) return 'no attempt matches what was asked for';
  return `no attempts in ${place.path}${whyNone(place, 'attempt')}`;
}
