import { DEFAULT_LIMIT } from '../face/endpoint-order.ts';
import { startProgress } from '../face/progress.ts';
import { renderTotals } from '../face/totals.ts';
import { Engine } from '../engine/engine.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { readConfigOf } from '../engine/read-config.ts';
import { ComponentError } from '../engine/sink-node.ts';
import type { Outcome } from '../model/attempt.ts';
import { OUTCOMES } from '../model/attempt.ts';
import { defineSink } from '../plugin/api.ts';
import { Filter } from './filter.ts';
import { Ladders } from './ladders.ts';
import { JsonLinesOutput, JsonOutput } from './output.ts';
import type { Output } from './output.ts';
import { pageOf } from './page.ts';
import { TextOutput } from './text-output.ts';

/** What the command line of `read` asks for. */
export interface ReadRequest {
  readonly files: readonly string[];
  readonly ladder: boolean;
  readonly format: 'text' | 'json' | 'jsonl';
  readonly summary: boolean;
  readonly servers: readonly string[];
  readonly ports: readonly string[];
  readonly outcomes: readonly string[];
  readonly vantage: string;
  readonly limit: number | undefined;
  /** Outcomes and verdicts that make the exit code 1. */
  readonly failOn: readonly string[];
  readonly progress: boolean;
}

const LADDERS_DRAWN = 10;

function write(text: string): void {
  process.stdout.write(text);
}

function filterOf(request: ReadRequest): Filter {
  try {
    return new Filter(request.servers, request.ports, request.outcomes);
  } catch (error) {
    throw Object.assign(error as Error, { exitCode: 2 });
  }
}

function outputOf(request: ReadRequest, ladders: Ladders | null): Output {
  const { format, summary, limit } = request;
  if (format === 'jsonl') return new JsonLinesOutput(write, summary);
  if (format === 'json') return new JsonOutput(write, summary);
  const page = pageOf(process.stdout, process.env);
  return new TextOutput(write, { page, limit: limit ?? DEFAULT_LIMIT, summary, ladders });
}

/**
 * Reads capture files and prints what became of their handshakes.
 * @returns the exit code: 0, or 1 where something that the user asked for was found
 */
export async function read(request: ReadRequest): Promise<number> {
  const filter = filterOf(request);
  const ladders =
    request.ladder && request.format === 'text'
      ? new Ladders(
          request.limit === undefined || request.limit === 0 ? LADDERS_DRAWN : request.limit,
        )
      : null;
  const output = outputOf(request, ladders);
  let found = false;
  const sink = defineSink({
    api: 1,
    name: 'standard-output',
    doc: 'Prints what was found.',
    options: {},
    reads: ['attempt', 'endpoint', 'incident', 'notice'],
    create: () => ({
      finalOnly: true,
      attempt(attempt) {
        const wanted = filter.attempt(attempt);
        ladders?.settled(attempt, wanted);
        if (!wanted) return;
        if (request.failOn.includes(attempt.outcome)) found = true;
        output.attempt(attempt);
      },
      endpoint(endpoint) {
        if (!filter.endpoint(endpoint)) return;
        if (request.failOn.includes(endpoint.verdict)) found = true;
        output.endpoint(endpoint);
      },
      incident: (incident) => output.incident(incident),
      notice: (notice) => output.notice(notice),
    }),
  });

  const progress = startProgress(process.stderr, request.progress);
  let bytes = 0;
  const engine = new Engine(readConfigOf({ ...request, sink }), {
    log: (_id, level, text) => {
      if (level !== 'debug') process.stderr.write(`unackd: ${text}\n`);
    },
    progress: (done, total, frames) => {
      bytes = done;
      progress.update(done, total ?? 0, frames);
    },
    prepare: (pipeline) => {
      if (ladders !== null) pipeline.drawPackets((...packet) => ladders.packet(...packet));
    },
  });
  const stop = request.files.includes('-') ? stopOnInterrupt(engine) : () => undefined;
  try {
    await engine.run();
  } catch (error) {
    throw error instanceof ComponentError ? error.cause : error;
  } finally {
    progress.stop();
    stop();
  }
  output.end();
  if (request.format === 'text') write(totalsText(engine.pipelines[0], request.files, bytes));
  return found ? 1 : 0;
}

/** Ctrl-C while standard input is read ends the input, not the answer; a second one ends all. */
function stopOnInterrupt(engine: Engine): () => void {
  const onSignal = (): void => engine.stop();
  process.once('SIGINT', onSignal);
  return () => process.off('SIGINT', onSignal);
}

function totalsText(pipeline: Pipeline, files: readonly string[], bytes: number): string {
  const { intake, book, decoder, flow } = pipeline;
  const attempts = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, book.total(outcome)]),
  ) as Record<Outcome, number>;
  return renderTotals(
    {
      files: files.map((file) => (file === '-' ? 'standard input' : file)),
      packets: intake.frames,
      bytes,
      segments: intake.segments,
      attempts,
      endpoints: book.size,
      first: Number.isNaN(intake.first) ? null : intake.first,
      last: Number.isNaN(intake.last) ? null : intake.last,
      malformed: decoder.counters.seen(),
      bounds: {
        'table-full': flow.table.evictions.lone + flow.table.evictions.held,
        'endpoints-full': book.beyond,
      },
    },
    pageOf(process.stdout, process.env),
  );
}
