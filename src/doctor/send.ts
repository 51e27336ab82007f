/** A test alert through a sink: a trouble that begins and ends, so that nobody is left with an open one. */
import { hostname } from 'node:os';
import { nameIn } from '../config/names.ts';
import type { ResolvedConfig, SinkComponent } from '../config/resolved.ts';
import { hostOf } from '../engine/hosts.ts';
import type { Notice } from '../model/notice.ts';

const PATIENCE_MS = 15_000;

function noticeOf(state: 'begins' | 'ends', time: number): Notice {
  return {
    type: 'notice',
    code: 'test',
    time: time * 1000,
    text: `test by unackd doctor on ${hostname()}: nothing is wrong${state === 'ends' ? ', and it is over' : ''}`,
    trouble: { id: `test ${time}`, state },
  };
}

/**
 * @returns what was done, or `null` for a sink that delivers nothing
 * @throws what the sink says
 */
export async function sendTest(
  { id, definition, options }: SinkComponent,
  { names }: ResolvedConfig,
): Promise<string | null> {
  // What writes to files of its own has nobody to tell; making one would create them.
  if (definition.receiver?.(options as never).kind === 'file') return null;
  const ending = new AbortController();
  const sink = definition.create(options as never, {
    ...hostOf(id, () => {}),
    ending: ending.signal,
    nameOf: (ip, port) => nameIn(names, ip, port),
  });
  try {
    if (sink.deliver === undefined) return null;
    const now = Date.now();
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (const state of ['begins', 'ends'] as const) {
      await sink.deliver(noticeOf(state, now), { id: `test-${now}-${state}`, signal });
    }
    return 'took a test alert and its end';
  } finally {
    ending.abort();
    await sink.close?.();
  }
}
