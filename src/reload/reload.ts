import type { Changes } from '../engine/changes.ts';
import { changesText, linesOf } from './words.ts';

/** What is read again, and goes on with what was read. */
interface Reloaded<T> {
  /** As a person names it. */
  readonly subject: string;
  /** Throws where anything is wrong. */
  readonly read: () => Promise<T>;
  readonly goOn: (read: T) => Promise<Changes>;
  readonly say: (level: 'info' | 'error', text: string) => void;
}

/**
 * Reads again and goes on with it. Where anything is wrong all stays as it is. Says which.
 * @param why what asked for it: such as `SIGHUP`
 * @returns what is wrong, the first of it; `null` for nothing
 */
export async function reload<T>(
  why: string,
  { subject, read, goOn, say }: Reloaded<T>,
): Promise<string | null> {
  try {
    const changes = await goOn(await read());
    say('info', `${why}: ${subject} read again: ${changesText(changes)}`);
    return null;
  } catch (error) {
    const faults = linesOf(error instanceof Error ? error.message : String(error));
    const nothing = `${why}: ${subject} can't be used: nothing is changed`;
    if (faults.length === 1) say('error', `${nothing}: ${faults[0]}`);
    else for (const line of [...faults, nothing]) say('error', line);
    return faults[0];
  }
}
