import { relative } from 'node:path';

/** A file as a person at this prompt would name it. */
export function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : near;
}
