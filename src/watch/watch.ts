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
import type { OwnAnalysers } from './own-analysers.ts';
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
  readonly prepare: NonNullable<EngineHooks['prepare']>;
  /** Takes what the program and the user's own analysers say besides. */
  say(text: string): void;
}

/**
 * Runs the engine until its source ends or somebody stops it.
 * @param began is given what stops it, before the first packet
 */
export async function runWatch(
  request: WatchRequest,
  audience: Audience,
  began: (stop: () => void) => void,
): Promise<void> {
  const { definition, prepare } = audience;
  const own = await ownAnalysersOf(request);
  const { config, warnings } = watchConfigOf(request, definition, own);
  for (const warning of warnings) audience.say(warning);
  const log: EngineHooks['log'] = (id, level, text) => {
    const isOwn = own?.has(id) === true;
    if (level === 'debug' || (level === 'info' && !isOwn)) return;
    audience.say(isOwn ? `${id}: ${text}` : text);
  };
  const engine = new Engine(config, { log, prepare });
  const unfollow = own?.follow(
    engine,
    () => watchConfigOf(request, definition, own).config,
    (text) => audience.say(text),
  );
  const ignoreSignals = onFirstSignal(() => engine.stop());
  began(() => engine.stop());
  try {
    await engine.run();
  } catch (error) {
    throw error instanceof ComponentError ? error.cause : error;
  } finally {
    unfollow?.();
    ignoreSignals();
  }
}

/** What reads and reloads them takes a while to load: only who names some waits for it. */
async function ownAnalysersOf(request: WatchRequest): Promise<OwnAnalysers | null> {
  if (request.analysers.length === 0) return null;
  const { OwnAnalysers: Own } = await import('./own-analysers.ts');
  return new Own(request);
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
  const audience: Audience = {
    definition,
    prepare: (pipeline) => {
      board = new Board(pipeline, nameOf);
    },
    say: (text) => process.stderr.write(`unackd: ${clean(text, true)}\n`),
  };
  await runWatch(request, audience, () => {});
}
