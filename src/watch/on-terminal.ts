import { onFirstSignal } from '../engine/signals.ts';
import { defineSink } from '../plugin/api.ts';
import type { NameOf } from '../plugin/words.ts';
import type { WatchRequest } from './request.ts';
import { Table } from './table.ts';
import { runWatch } from './watch.ts';

/** Watches with a table on the terminal until somebody quits, also after the files are over. */
export async function watchOnTerminal(
  request: WatchRequest,
  nameOf: NameOf | undefined,
): Promise<void> {
  const quit = Promise.withResolvers<void>();
  const table = new Table(request, nameOf, () => quit.resolve());
  const definition = defineSink({
    api: 1,
    name: 'table',
    doc: 'A live table on the terminal.',
    options: {},
    reads: ['incident', 'notice'],
    create: () => ({
      incident: (incident) => table.message(incident),
      notice: (notice) => table.message(notice),
    }),
  });
  // A signal ends both: the source, and the wait for somebody to quit.
  const ignoreSignals = onFirstSignal(() => quit.resolve());
  try {
    const { prepare } = table;
    const say = (text: string): void => table.say(text);
    await runWatch(request, { definition, prepare, say }, (stop) => {
      void quit.promise.then(stop);
      table.start();
    });
    table.ended();
    if (request.analysers.length > 0) {
      table.say('the capture is over: what is saved from now on is seen at the next start');
    }
    await quit.promise;
  } finally {
    ignoreSignals();
    table.stop();
  }
  process.stdout.write(`${table.farewell}\n`);
}
