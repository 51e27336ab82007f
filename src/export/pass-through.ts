/** Captures through decoder and flow stage once more, for who looks at their frames. */
import { hostOf } from '../engine/hosts.ts';
import { checkLinkTypes } from '../engine/link-type-check.ts';
import type { FrameWatcher } from '../engine/frame-watcher.ts';
import { Pipeline } from '../engine/pipeline.ts';
import { TABLE_DEFAULT } from '../flow/rules.ts';
import { FrameBatch } from '../plugin/api.ts';
import type { Captures } from './captures.ts';

/** Batches between two looks at signals. */
const BATCHES_BETWEEN = 64;

export interface Around {
  /** Somebody wants it to end. */
  readonly stopped: () => boolean;
  /** A line on standard error. */
  readonly tell: (text: string) => void;
}

/** @throws InputError where there is nothing that can be read */
export async function passThrough(
  { source: id, definition, options, table, ring }: Captures,
  watcher: FrameWatcher,
  { stopped, tell }: Around,
): Promise<void> {
  const name = id ?? 'captures';
  const pipeline = new Pipeline({
    source: name,
    table: table ?? TABLE_DEFAULT,
    vantage: null,
    live: false,
  });
  const source = definition.create(options as never, {
    ...hostOf(name, (level, text) => {
      if (level !== 'debug') tell(text);
    }),
    notice: ({ text }) => {
      if (!ring) tell(text);
    },
  });
  try {
    const batch = new FrameBatch();
    let known = 0;
    let batches = 0;
    for (let more = true; more && !stopped();) {
      batch.count = 0;
      batch.askNanos();
      more = await source.read(batch);
      if (source.interfaces.length !== known) {
        checkLinkTypes(source, pipeline, pipeline.inlets.all[0], known);
        known = source.interfaces.length;
      }
      pipeline.process(batch, source.interfaces, watcher);
      if (++batches % BATCHES_BETWEEN === 0) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    }
  } finally {
    await source.close?.();
    pipeline.close();
  }
}
