/** One daemon a database. */
import { holdDatabase } from '../engine/registry.ts';

export type Lock = Exclude<ReturnType<typeof holdDatabase>, 'taken' | null>;

/** EX_TEMPFAIL: nothing is wrong but the moment. */
const TEMPORARY = 75;

/** Somebody else has what this daemon needs. */
export class InUseError extends Error {
  readonly exitCode = TEMPORARY;
}

/**
 * Takes the lock of a database.
 * @param path of the database, absolute
 * @returns `null` where there can be none: who opens the database says why
 * @throws InUseError
 */
export function lockDatabase(path: string): Lock | null {
  const hold = holdDatabase(path);
  if (hold !== 'taken') return hold;
  throw new InUseError(
    `${path}: another unackd is running on this database; stop it first, or name another one here`,
  );
}
