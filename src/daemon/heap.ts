import { setFlagsFromString } from 'node:v8';

/**
 * V8 collects when the heap has grown to nearly twice what was alive, and young
 * objects may take 64 MiB more: a daemon that knows 100,000 endpoints would hold
 * 900 MB instead of 450. It pays with up to a third more processor time on files
 * read at full speed, which a live interface never comes near.
 */
const FLAGS = [
  // Collect when a fifth has been added to what was alive.
  '--heap-growing-percent=20',
  // Young objects keep the room that they have at the start.
  '--semi-space-growth-factor=1',
];

/** Keeps the heap close to what is alive. Call it before anything is read. */
export function keepHeapTight(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}
