import { Engine } from '../engine/engine.ts';
import { readConfigOf } from '../engine/read-config.ts';
import { statsOf } from '../engine/registry.ts';
import { onFirstSignal } from '../engine/signals.ts';
import { ComponentError } from '../engine/sink-node.ts';
import { DEFAULT_LIMIT } from '../face/endpoint-order.ts';
import type { Page } from '../face/page.ts';
import { startProgress } from '../face/progress.ts';
import type { SinkDefinition } from '../plugin/api.ts';
import { defineSink } from '../plugin/api.ts';
import { Filter } from './filter.ts';
import { Ladders } from './ladders.ts';
import { namesFrom } from './names-from.ts';
import { JsonLinesOutput, JsonOutput } from './output.ts';
import type { Output } from './output.ts';
import { pageOf } from './page.ts';
import { totalsText } from './read-totals.ts';
import type { ReadRequest } from './request.ts';
import { StandardOutput } from './standard-output.ts';
import { isTerminal } from './terminal.ts';
import { TextOutput } from './text-output.ts';
import type { TextOptions } from './text-output.ts';

const LADDERS_DRAWN = 10;

/** After Ctrl-C a capturing program upstream writes out what it has gathered: time for that to arrive. */
const LAST_WORDS_MS = 500;

const STDOUT = 1;
const STDERR = 2;

function filterOf(request: ReadRequest): Filter {
  try {
    return new Filter(request.servers, request.ports, request.outcomes);
  } catch (error) {
    throw Object.assign(error as Error, { exitCode: 2 });
  }
}

function laddersOf({ ladder, format, limit }: ReadRequest): Ladders | null {
  if (!ladder || format !== 'text') return null;
  return new Ladders(limit === undefined || limit === 0 ? LADDERS_DRAWN : limit);
}

/** The stream itself is made only for a terminal: that takes 3 ms. */
function pageOfOutput(): Page {
  return pageOf(isTerminal(STDOUT) ? process.stdout : {}, process.env);
}

/**
 * Reads capture files and prints what became of their handshakes.
 * @returns the exit code: 0, or 1 where something that the user asked for was found
 */
export async function read(request: ReadRequest): Promise<number> {
  const filter = filterOf(request);
  const ladders = laddersOf(request);
  const page = pageOfOutput();
  const out = new StandardOutput();
  const textOptions: TextOptions = {
    page,
    limit: request.limit ?? DEFAULT_LIMIT,
    summary: request.summary,
    ladders,
    filtered: !filter.takesAll,
    names: await namesFrom(request.config),
    now: () => engine.pipelines[0].intake.last,
  };
  const output = outputOf(request, out, textOptions);
  const findings = { found: false };
  const sink = sinkOf(request, filter, ladders, output, out, findings);

  const progress = isTerminal(STDERR) ? startProgress(process.stderr, request.progress) : null;
  let bytes = 0;
  const incidents = !request.summary;
  const engine: Engine = new Engine(readConfigOf({ ...request, incidents, sink }), {
    log: (_id, level, text) => {
      if (level !== 'debug') process.stderr.write(`unackd: ${text}\n`);
    },
    progress: (done, total, frames) => {
      bytes = done;
      progress?.update(done, total ?? 0, frames);
    },
    prepare: (pipeline) => {
      if (ladders !== null) pipeline.drawPackets((...packet) => ladders.packet(...packet));
    },
  });
  const ignoreSignals = request.files.some((file) => isLive(file))
    ? onFirstSignal(() => setTimeout(() => engine.stop(), LAST_WORDS_MS).unref())
    : null;
  try {
    await engine.run();
  } catch (error) {
    throw error instanceof ComponentError ? error.cause : error;
  } finally {
    progress?.stop();
    ignoreSignals?.();
  }
  output.end();
  if (request.format === 'text') {
    out.put(totalsText(engine.pipelines[0], request.files, bytes, page));
  }
  out.flush();
  return findings.found ? 1 : 0;
}

/** A pipe that somebody may still be capturing into: Ctrl-C ends the input, not the answer. */
function isLive(file: string): boolean {
  if (file === '-') return true;
  return statsOf(file)?.isFIFO() ?? false;
}

function outputOf(
  { format, summary }: ReadRequest,
  out: StandardOutput,
  text: TextOptions,
): Output {
  if (format === 'jsonl') return new JsonLinesOutput(out, summary);
  if (format === 'json') return new JsonOutput(out, summary);
  return new TextOutput(out, text);
}

function sinkOf(
  { failOn, format }: ReadRequest,
  filter: Filter,
  ladders: Ladders | null,
  output: Output,
  out: StandardOutput,
  findings: { found: boolean },
): SinkDefinition {
  return defineSink({
    api: 1,
    name: 'standard-output',
    doc: 'Prints what was found.',
    options: {},
    reads: ['attempt', 'endpoint', 'incident', 'notice'],
    create: () => ({
      finalOnly: true,
      // The table of endpoints counts them without us.
      skipsLone:
        format === 'text' &&
        ladders === null &&
        !failOn.includes('unanswered') &&
        !failOn.includes('unresolved'),
      attempt(attempt) {
        const wanted = filter.attempt(attempt);
        ladders?.settled(attempt, wanted);
        if (!wanted) return;
        if (failOn.includes(attempt.outcome)) findings.found = true;
        output.attempt(attempt);
      },
      endpoint(endpoint) {
        if (!filter.endpoint(endpoint)) return;
        if (failOn.includes(endpoint.verdict)) findings.found = true;
        output.endpoint(endpoint);
      },
      incident(incident) {
        if (filter.incident(incident)) output.incident(incident);
      },
      notice: (notice) => output.notice(notice),
      flush: () => out.flush(),
    }),
  });
}
