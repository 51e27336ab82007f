import { createRequire } from 'node:module';

export type Koffi = typeof import('koffi');

/** A place in the memory of C. */
export type Pointer = bigint;

/**
 * koffi and its native code, loaded on first use: some 20 ms that a command
 * without live capture need not spend. A packaged binary replaces this file.
 */
export function loadKoffi(): Koffi {
  return createRequire(import.meta.url)('koffi') as Koffi;
}
