import type { JsonValue, Memory } from '../plugin/api.ts';
import type { Kept } from './messages.ts';

/** As the outbox has it: see `Memory`. */
const KEY_MOST = 256;
const ALL_MOST = 64 * 1024 * 1024;

/** Keys count as well: there may be many, of little. */
function sizeOf(key: string, text: string | undefined): number {
  return text === undefined ? 0 : key.length + text.length;
}

/** What an analyser keeps across restarts: those of the daemon, and its own. */
export class Keepsakes {
  /** As JSON; `null` where nothing is kept. */
  readonly #values: Map<string, string> | null;
  /** What is to be written. */
  readonly #changed = new Set<string>();
  #bytes = 0;

  /** @param remembered of before the daemon's restart */
  constructor(remembered: ReadonlyMap<string, JsonValue> | null) {
    this.#values = remembered === null ? null : new Map();
    for (const [key, value] of remembered ?? []) this.#put(key, value);
    this.#changed.clear();
  }

  /** For an instance that begins. */
  get all(): readonly Kept[] | null {
    if (this.#values === null) return null;
    return Array.from(this.#values, ([key, text]) => [key, JSON.parse(text) as JsonValue]);
  }

  /** Takes what a plugin sent; what makes no sense is left out. */
  take(kept: readonly unknown[]): void {
    for (const entry of kept) {
      if (!Array.isArray(entry) || typeof entry[0] !== 'string') continue;
      const [key, value] = entry as unknown as Kept;
      if (key.length <= KEY_MOST) this.#put(key, value);
    }
  }

  /** Hands over what has changed. */
  give(memory: Memory): void {
    for (const key of this.#changed) {
      const text = this.#values?.get(key);
      if (text === undefined) memory.delete(key);
      else memory.set(key, JSON.parse(text) as JsonValue);
    }
    this.#changed.clear();
  }

  #put(key: string, value: JsonValue | undefined): void {
    const values = this.#values;
    if (values === null) return;
    const text = value === undefined ? undefined : JSON.stringify(value);
    const bytes = this.#bytes - sizeOf(key, values.get(key)) + sizeOf(key, text);
    if (text === undefined) values.delete(key);
    else if (bytes <= ALL_MOST) values.set(key, text);
    else return;
    this.#bytes = bytes;
    this.#changed.add(key);
  }
}
