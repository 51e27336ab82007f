import type { ResolvedConfig } from '../config/resolved.ts';
import { outboxPath } from '../delivery/open.ts';
import { lockDatabase } from './lock.ts';
import type { Lock } from './lock.ts';

/** Those that a daemon with this configuration writes; absolute. */
export function databasesOf(config: ResolvedConfig): ReadonlySet<string> {
  const sinks = config.sinks.filter(({ definition }) => definition.name === 'sqlite');
  const paths = [...sinks.map(({ options }) => options['path']), outboxPath(config)];
  return new Set(
    paths.filter((path) => typeof path === 'string' && path !== ':memory:') as string[],
  );
}

/** The databases that this daemon has for itself. */
export class Databases {
  private held = new Map<string, Lock>();

  /**
   * Takes those of a configuration that are not held yet, all or none.
   * @returns lets go of those that it doesn't use
   * @throws InUseError
   */
  take(config: ResolvedConfig): { readonly dropOthers: () => void; readonly undo: () => void } {
    const wanted = databasesOf(config);
    const fresh: Lock[] = [];
    const undo = (): void => {
      for (const lock of fresh) this.drop(lock);
    };
    try {
      for (const path of wanted) {
        if (this.held.has(path)) continue;
        const lock = lockDatabase(path);
        if (lock === null) continue;
        fresh.push(lock);
        this.held.set(path, lock);
      }
    } catch (error) {
      undo();
      throw error;
    }
    return {
      undo,
      dropOthers: () => {
        for (const lock of this.held.values()) if (!wanted.has(lock.path)) this.drop(lock);
      },
    };
  }

  release(): void {
    for (const lock of this.held.values()) this.drop(lock);
  }

  private drop(lock: Lock): void {
    lock.release();
    this.held.delete(lock.path);
  }
}
