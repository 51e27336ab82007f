import { Engine } from '../engine/engine.ts';
import type { EngineHooks } from '../engine/hooks.ts';
import { openLineFile } from '../engine/registry.ts';
import { onFirstSignal } from '../engine/signals.ts';
import { ComponentError } from '../engine/sink-node.ts';
import { clean } from '../face/clean.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import { defineSink } from '../plugin/api.ts';
import type { SinkDefinition } from '../plugin/api.ts';
import type { NameOf } from '../plugin/words.ts';
import { namesFrom } from '../read/names-from.ts';
import { isTerminal } from '../read/terminal.ts';
import { Board } from './board.ts';
import { Lines } from './lines.ts';
import type { WatchRequest } from './request.ts';
import { watchConfigOf } from './watch-config.ts';

const STDOUT = 1;

/** Watches until it is told to stop, or the files are over: as a live table on a terminal, as lines in a pipe. */
export async function watch(request: WatchRequest): Promise<void> {
  const nameOf = await namesFrom(request.config);
  const table = request.format === 'text' && isTerminal(STDOUT) && process.env['TERM'] !== 'dumb';
  if (table) {
    const { watchOnTerminal } = await import('./on-terminal.ts');
    await watchOnTerminal(request, nameOf);
  } else {
    await watchInPipe(request, nameOf);
  }
}

/** Who is told while it runs. */
export interface Audience {
  readonly definition: SinkDefinition;
  readonly hooks: Pick<EngineHooks, 'log' | 'prepare'>;
}

/**
 * Runs the engine until its source ends or somebody stops it.
 * @param began is given what stops it, before the first packet
 */
export async function runWatch(
  request: WatchRequest,
  { definition, hooks }: Audience,
  began: (stop: () => void) => void,
): Promise<void> {
  const { config, warnings } = watchConfigOf(request, definition);
  for (const warning of warnings) hooks.log('watch', 'warn', warning);
  const engine = new Engine(config, hooks);
  const ignoreSignals = onFirstSignal(() => engine.stop());
  began(() => engine.stop());
  try {
    await engine.run();
  } catch (error) {
    throw error instanceof ComponentError ? error.cause : error;
  } finally {
    ignoreSignals();
  }
}

async function watchInPipe(request: WatchRequest, nameOf: NameOf | undefined): Promise<void> {
  let board: Board | undefined;
  const definition = defineSink({
    api: 1,
    name: 'lines',
    doc: 'A line a change of verdict, incident and notice.',
    options: {},
    reads: ['incident', 'notice'],
    create: (_options, host) => {
      const out = openLineFile('-', host.ending);
      const lines = new Lines(request.format === 'jsonl', nameOf, (line) => out.put(line));
      const tell = (message: Incident | Notice): void => {
        if (message.type === 'incident') board?.incident(message);
        lines.message(message);
      };
      return {
        incident: tell,
        notice: tell,
        flush: async () => {
          for (const change of board?.judge() ?? []) lines.change(board!, change);
          await out.flush();
        },
        close: () => out.close(),
      };
    },
  });
  const hooks: Audience['hooks'] = {
    log: (_id, level, text) => {
      if (level === 'warn' || level === 'error') {
        process.stderr.write(`unackd: ${clean(text, true)}\n`);
      }
    },
    prepare: (pipeline) => {
      board = new Board(pipeline, nameOf);
    },
  };
  await runWatch(request, { definition, hooks }, () => {});
}
