/** A part of the lab: a process in one of its hosts. It ends when it is asked to, or its parent is gone. */
import { client } from './client.ts';
import type { Part, Told } from './messages.ts';
import { server } from './server.ts';
import { judge, watch } from './watch.ts';

export type Tell = (told: Told) => void;

/** A part at work. */
export interface Works {
  /** May tell more before it is done. */
  end(): Promise<void> | void;
}

const USAGE = 2;
/** EX_SOFTWARE */
const INTERNAL = 70;

function begin(part: Part): Promise<Works> {
  switch (part.part) {
    case 'server':
      return server(part);
    case 'client':
      return client(part, tell);
    case 'watch':
      return watch(part, tell);
    case 'judge':
      return judge(part, tell);
  }
}

function tell(told: Told): void {
  if (process.connected) process.send?.(told);
}

/** @throws Error with exit code 2 where nobody listens to what a part tells */
export async function runPart(part: Part): Promise<void> {
  if (process.send === undefined) {
    const message = 'a part of the lab is started by `unackd lab`, not by hand';
    throw Object.assign(new Error(message), { exitCode: USAGE });
  }
  const over = Promise.withResolvers<void>();
  // Nothing else is ever asked for.
  process.once('message', () => over.resolve());
  process.once('disconnect', () => over.resolve());
  try {
    const works = await begin(part);
    tell({ type: 'ready' });
    await over.promise;
    await works.end();
    tell({ type: 'done' });
  } catch (error) {
    const { message, exitCode } = error as Error & { readonly exitCode?: number };
    tell({ type: 'failed', message, exitCode: exitCode ?? INTERNAL });
  }
  if (process.connected) process.disconnect?.();
}
