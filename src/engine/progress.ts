import type { Source } from '../plugin/api.ts';

/** Bytes read of all sources, and bytes in all where each knows. */
export function progressOf(sources: readonly Source[]): { done: number; total: number | null } {
  let done = 0;
  let total: number | null = 0;
  for (const source of sources) {
    const progress = source.progress?.();
    if (progress === undefined) continue;
    done += progress.done;
    total = total === null || progress.total === null ? null : total + progress.total;
  }
  return { done, total };
}
