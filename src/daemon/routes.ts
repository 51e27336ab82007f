import type { Routes } from './admin.ts';
import { json, silenceRecord } from './orders.ts';
import type { Metrics } from './metrics.ts';
import { hindrances, statusOf } from './state.ts';
import type { Daemon } from './state.ts';

const TEXT = 'text/plain; charset=utf-8';

/** @param metrics loaded when they are first asked for */
export function routesOf(daemon: Daemon, metrics: () => Promise<Metrics>): Routes {
  return {
    // That it answers is what it says: the event loop turns.
    '/healthz': () => ({ status: 200, type: TEXT, body: 'ok\n' }),
    '/readyz': () => {
      const why = hindrances(statusOf(daemon));
      if (why.length === 0) return { status: 200, type: TEXT, body: 'ready\n' };
      return { status: 503, type: TEXT, body: `${why.join('\n')}\n` };
    },
    '/metrics': async () => {
      const all = await metrics();
      return { status: 200, type: all.contentType, body: await all.text() };
    },
    '/status': () => json(statusOf(daemon)),
    '/silences': () => json(daemon.ledger.spoken.map((spoken) => silenceRecord(daemon, spoken))),
  };
}
