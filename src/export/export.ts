/** `unackd export ID`: the packets of one incident, as a small capture. */
import { loadConfig } from '../config/load.ts';
import { parseDuration } from '../config/units.ts';
import { installed } from '../engine/registry.ts';
import { onFirstSignal } from '../engine/signals.ts';
import { formatSpan } from '../face/clock.ts';
import { counted } from '../face/count.ts';
import { scopeText } from '../face/incident-words.ts';
import { findIncident } from '../history/find-incident.ts';
import { concerns, neighbourhoodOf } from '../history/neighbourhood.ts';
import { openPlace, type History, type PlaceRequest } from '../history/place.ts';
import { ByteBuffer } from '../keep/byte-buffer.ts';
import { PcapEncoder } from '../keep/pcap.ts';
import { PcapngEncoder } from '../keep/pcapng.ts';
import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import { capturesOf, namedCaptures, type Captures } from './captures.ts';
import { Chooser, type Window } from './chooser.ts';
import { openOutput, refuseInput, type Output } from './output.ts';
import { passThrough } from './pass-through.ts';

export interface ExportRequest extends PlaceRequest {
  /** Or the beginning of one. */
  readonly id: string;
  /** Captures to take the packets from, in place of the configuration's sources. */
  readonly from: readonly string[];
  readonly output: string | undefined;
  readonly force: boolean;
  /** A duration: as much before and after the incident. */
  readonly around: string;
}

/** Written at once. */
const CHUNK = 1 << 16;

/** Attempts looked at to find the sources that saw the incident. */
const LOOKED_AT = 2000;

function failure(exitCode: number, message: string): Error {
  return Object.assign(new Error(message), { exitCode });
}

function tell(text: string): void {
  process.stderr.write(`unackd: ${text}\n`);
}

function windowOf({ started_at: start, resolved_at: end }: Incident, around: Micros): Window {
  return { from: start - around, until: end === null ? Infinity : end + around };
}

/** Sources whose attempts the database has at the incident's scope; none where it has no attempts. */
function sourcesOf(history: History, incident: Incident): ReadonlySet<string> {
  const near = neighbourhoodOf(incident, false);
  const { started_at: since, resolved_at: end } = incident;
  const span = { since, ...(end === null ? {} : { until: end }), limit: LOOKED_AT };
  const found = new Set<string>();
  for (const attempt of history.attempts(near.ip === undefined ? span : { ...span, ip: near.ip })) {
    if (concerns(near, attempt)) found.add(attempt.source);
  }
  return found;
}

/** Captures to look into. Says what can't be. */
function capturesFor(
  { from, config: file }: ExportRequest,
  seenBy: ReadonlySet<string>,
): readonly Captures[] {
  if (from.length > 0) return [namedCaptures(from)];
  if (file === undefined) {
    throw failure(
      2,
      'name the captures to take the packets from (--from FILE...), or the configuration that names them (--config FILE)',
    );
  }
  const { config } = loadConfig(file, installed, false);
  const found = config.sources
    .filter(({ id }) => seenBy.size === 0 || seenBy.has(id))
    .map((source) => capturesOf(source, config));
  const captures = found.filter((one) => typeof one !== 'string');
  const lacking = found.filter((one) => typeof one === 'string');
  if (captures.length === 0) {
    const why =
      lacking.length === 0
        ? `${file} no longer has the source that told this incident`
        : lacking.join('; ');
    throw failure(66, `${why}; --from names captures to take them from`);
  }
  for (const why of lacking) tell(why);
  return captures;
}

/** Encodes into memory, and lets it out in pieces. The first one decides that there is an output at all. */
class Writer {
  readonly #out = new ByteBuffer(2 * CHUNK);
  readonly #encoder: PcapEncoder | PcapngEncoder;
  readonly #output: Output;

  constructor(output: Output, plain: boolean) {
    this.#output = output;
    this.#encoder = plain ? new PcapEncoder(this.#out) : new PcapngEncoder(this.#out);
  }

  readonly frame = (...frame: Parameters<PcapngEncoder['frame']>): void => {
    this.#encoder.frame(...frame);
    if (this.#out.length >= CHUNK) this.flush();
  };

  flush(): void {
    this.#output.write(this.#out.content);
    this.#out.clear();
  }
}

function isPlain(output: string | undefined): boolean {
  return /\.(?:pcap|cap)$/iu.test(output ?? '');
}

/** Reads one capture after the other. One that can't be read is told, as long as another one can. */
async function passAll(
  all: readonly Captures[],
  chooser: Chooser,
  stopped: () => boolean,
): Promise<void> {
  const failures: unknown[] = [];
  for (const captures of all) {
    try {
      await passThrough(captures, chooser, { stopped, tell });
    } catch (error) {
      if (typeof (error as { exitCode?: unknown }).exitCode !== 'number') throw error;
      if ((error as { exitCode: number }).exitCode === 2) throw error;
      failures.push(error);
      if (all.length > 1) tell((error as Error).message);
    }
  }
  if (failures.length === all.length) throw failures[0];
}

function pathsOf(all: readonly Captures[]): string {
  const paths = all.flatMap(({ paths: some }) => some);
  return paths.length > 3
    ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`
    : paths.join(', ');
}

async function write(
  incident: Incident,
  all: readonly Captures[],
  output: Output,
  { around, plain }: { readonly around: Micros; readonly plain: boolean },
): Promise<void> {
  const writer = new Writer(output, plain);
  const chooser = new Chooser(incident, windowOf(incident, around), writer.frame);
  let stopped: NodeJS.Signals | null = null;
  const ignoreSignals = onFirstSignal((signal) => {
    stopped = signal;
  });
  try {
    await passAll(all, chooser, () => stopped !== null);
    if (stopped !== null) throw failure(130, 'stopped; nothing was written');
    if (chooser.frames === 0) {
      const { id, started_at: start, resolved_at: end } = incident;
      const when = formatSpan(start, end ?? incident.detected_at);
      throw failure(
        66,
        `no packets of incident ${id} (${scopeText(incident)}, ${when}) in ${pathsOf(all)}: is that the capture that told it?`,
      );
    }
    writer.flush();
    output.commit();
  } catch (error) {
    output.abandon();
    throw error;
  } finally {
    ignoreSignals();
  }
  const what = `${counted(chooser.frames, 'packet')} of ${counted(chooser.attempts, 'attempt')}`;
  tell(`wrote ${what}, ${formatSpan(chooser.first, chooser.last)}, to ${output.name}`);
}

/** Writes the packets of one incident. @throws Error with an exit code, in one line */
export async function exportIncident(request: ExportRequest): Promise<void> {
  const around = parseDuration(request.around);
  if (around === null) {
    throw failure(2, `--around wants a duration such as 30s or 5m, not '${request.around}'`);
  }
  const place = openPlace(request);
  let incident: Incident;
  let all: readonly Captures[];
  try {
    incident = findIncident(request.id, [...place.history.incidents()], place);
    all = capturesFor(request, sourcesOf(place.history, incident));
  } finally {
    place.history.close();
  }
  refuseInput(
    request.output,
    all.flatMap(({ paths }) => paths),
  );
  const output = openOutput(request.output, request.force);
  await write(incident, all, output, { around, plain: isPlain(request.output) });
}
