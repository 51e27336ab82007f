/** What people tell a running daemon: silences and acknowledgements. */
import { parseMoment } from '../config/silences.ts';
import { outboxPath } from '../delivery/open.ts';
import { openHistory } from '../engine/registry.ts';
import type { Micros } from '../model/attempt.ts';
import type { IncidentKind, Scope } from '../model/incident.ts';
import { formatTime } from '../plugin/record.ts';
import type { Acknowledgement, Spoken } from '../telling/ledger.ts';
import { matchersFault } from '../telling/silence.ts';
import { Unable } from './admin.ts';
import type { Acts, Answer } from './admin.ts';
import { stateOf } from './silence-state.ts';
import type { Daemon } from './state.ts';

/** A silence as it is told: times as records have them. */
export type SilenceRecord = ReturnType<typeof silenceRecord>;

/** What setting a silence answers. */
export interface SilenceAnswer {
  readonly silence: SilenceRecord;
  /** What the person should know besides, a sentence each. */
  readonly hints: readonly string[];
}

/** What acknowledging answers. */
export interface AcknowledgementAnswer {
  readonly acknowledgement: ReturnType<typeof acknowledgementRecord>;
  readonly hints: readonly string[];
}

export function silenceRecord(daemon: Daemon, spoken: Spoken) {
  const { id, matchers, from, until, comment, by, at } = spoken;
  const { networks, ports, kinds, scopes, sources } = matchers;
  const [begin, end, set] = [from, until, at].map((time) => formatTime(time));
  return {
    id,
    state: stateOf(daemon, spoken),
    networks,
    ports,
    kinds,
    scopes,
    sources,
    from: begin,
    until: end,
    comment,
    by,
    at: set,
  };
}

export function acknowledgementRecord({ incident, by, comment, at }: Acknowledgement) {
  return { incident, by, comment, at: formatTime(at) };
}

export function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

/** By path, for POST. */
export function actsOf(daemon: Daemon): Acts {
  return {
    '/silences': async (body) => json(await silence(daemon, fieldsOf(body))),
    '/silences/end': async (body) => json(await endSilence(daemon, fieldsOf(body))),
    '/acknowledgements': async (body) => json(await acknowledge(daemon, fieldsOf(body))),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** Longer ones are no comments any more. */
const TEXT_MOST = 2000;

function fieldsOf(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw new Unable(400, 'the body must be an object');
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value === 'string' && value.length <= TEXT_MOST) return value;
  throw new Unable(400, `'${name}' must be a text of ${TEXT_MOST} characters at most`);
}

function textsOf(fields: Fields, name: string): string[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new Unable(400, `'${name}' must be a list of texts`);
}

function momentOf(fields: Fields, name: string): Micros {
  const text = textOf(fields, name);
  const time = parseMoment(text);
  if (time !== null) return time;
  throw new Unable(400, `'${name}' must be a time with its zone, such as 2026-10-01T20:00:00Z`);
}

async function silence(daemon: Daemon, fields: Fields): Promise<SilenceAnswer> {
  const matchers = {
    networks: textsOf(fields, 'networks'),
    ports: textsOf(fields, 'ports'),
    // What is none of the words is told next.
    kinds: textsOf(fields, 'kinds') as IncidentKind[],
    scopes: textsOf(fields, 'scopes') as Scope['kind'][],
    sources: textsOf(fields, 'sources'),
  };
  const [from, until] = [momentOf(fields, 'from'), momentOf(fields, 'until')];
  const fault = matchersFault(matchers) ?? sourcesFault(daemon, matchers.sources);
  if (fault !== null) throw new Unable(400, fault);
  if (until <= from) throw new Unable(400, 'it would end before it begins');
  const at = Date.now() * 1000;
  const [comment, by] = [textOf(fields, 'comment'), textOf(fields, 'by')];
  await daemon.settled;
  const spoken = daemon.ledger.say({ matchers, from, until, comment, by, at });
  return {
    silence: silenceRecord(daemon, spoken),
    hints: [...memoryHint(daemon), ...clockHints(daemon, spoken)],
  };
}

function sourcesFault({ config }: Daemon, named: readonly string[]): string | null {
  const known = config.sources.map(({ id }) => id);
  const other = named.find((id) => !known.includes(id));
  return other === undefined
    ? null
    : `there is no source '${other}'; there are ${known.join(', ')}`;
}

function memoryHint({ ledger }: Daemon): string[] {
  if (ledger.lasts) return [];
  return ["a restart forgets it: add a sqlite sink, or set 'state' to a file"];
}

/** A file has a time of its own, which may be far from what a person's clock says. */
function clockHints({ engine }: Daemon, { from, until, matchers }: Spoken): string[] {
  const { sources } = matchers;
  return engine.pipelines
    .filter(({ source }) => sources.length === 0 || sources.includes(source))
    .filter(({ finite }) => finite)
    .filter(({ intake }) => !(intake.last >= from && intake.last < until))
    .filter(({ intake }) => !Number.isNaN(intake.last))
    .map(
      ({ source, intake }) =>
        `${source} reads a capture, whose time is ${formatTime(intake.last)} by now: silences go by that (--from, --until)`,
    );
}

async function endSilence(daemon: Daemon, fields: Fields): Promise<{ silence: SilenceRecord }> {
  const id = textOf(fields, 'id');
  const configured = daemon.config.silences.some((one) => one.id === id);
  if (configured) {
    throw new Unable(
      409,
      `'${id}' stands in ${daemon.config.file}: take it out there, then SIGHUP`,
    );
  }
  await daemon.settled;
  const spoken = daemon.ledger.spoken.filter((one) => id !== '' && one.id.startsWith(id));
  if (spoken.length > 1) throw new Unable(409, `'${id}' begins more than one id`);
  if (spoken.length === 0) {
    throw new Unable(
      404,
      `no silence '${id}' was set; \`unackd silence list\` shows those there are`,
    );
  }
  daemon.ledger.unsay(spoken[0].id);
  daemon.review();
  return { silence: silenceRecord(daemon, spoken[0]) };
}

async function acknowledge(daemon: Daemon, fields: Fields): Promise<AcknowledgementAnswer> {
  const typed = textOf(fields, 'incident').toLowerCase();
  if (typed === '') throw new Unable(400, "'incident' must be an id, or the beginning of one");
  await daemon.settled;
  const incident = firingId(daemon, typed);
  const one = {
    incident,
    by: textOf(fields, 'by'),
    comment: textOf(fields, 'comment'),
    at: Date.now() * 1000,
  };
  daemon.ledger.acknowledge(one);
  daemon.review();
  return { acknowledgement: acknowledgementRecord(one), hints: memoryHint(daemon) };
}

/** Firing since the start of the daemon, or, by its database, since before. */
function firingId(daemon: Daemon, typed: string): string {
  const here = [...daemon.tally.firing.keys()].filter((id) => id.startsWith(typed));
  const ids = here.length > 0 ? here : firingBefore(daemon).filter((id) => id.startsWith(typed));
  if (ids.length === 1) return ids[0];
  if (ids.length > 1) {
    throw new Unable(409, `'${typed}' begins more than one id: ${ids.slice(0, 5).join(', ')}`);
  }
  const some = [...daemon.tally.firing.keys()].slice(0, 5).join(', ');
  throw new Unable(
    404,
    `no incident '${typed}' is firing${some === '' ? ': none is' : `; there are ${some}`}`,
  );
}

function firingBefore({ config }: Daemon): string[] {
  const path = outboxPath(config);
  if (path === null || path === ':memory:') return [];
  const history = openHistory(path);
  try {
    return [...history.incidents({ state: 'firing' })].map(({ id }) => id);
  } finally {
    history.close();
  }
}
