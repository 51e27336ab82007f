/** How fast sources bring their packets, and what that means for who reads them. */
import type { SourceComponent } from '../config/resolved.ts';
import type { Source } from '../plugin/api.ts';

/** Batches, and frames, between two looks at signals, sinks and the progress bar. */
export const BATCHES_BETWEEN = 64;
export const FRAMES_BETWEEN = 65_536;

/** Milliseconds between two such looks at a live source's. */
const LOOKS_APART = 100;

/** Milliseconds between two such looks, besides those after so many batches. */
export function millisecondsApart(source: SourceComponent): number {
  if (source.definition.live === true) return LOOKS_APART;
  // Nobody knows when the next packet of a recording comes.
  return takesItsTime(source) ? 0 : Number.POSITIVE_INFINITY;
}

/** It waits for its packets to come: others go on meanwhile. */
export function takesItsTime({ definition, options }: SourceComponent): boolean {
  const { speed } = options;
  return definition.live === true || (typeof speed === 'number' && speed > 0);
}

/** It takes in nothing more. What it has taken in it hands over, where it can. */
export function stopSource(source: Source | undefined): void {
  if (source?.stop !== undefined) source.stop();
  else void source?.close?.();
}
