/** The same line is said again after this long, in ms. */
const QUIET_MS = 60_000;

/** Lines remembered: each is some 200 bytes. Beyond, the oldest is forgotten, and may be said again. */
const REMEMBERED = 500;

interface Told {
  at: number;
  withheld: number;
}

/** A log that says something over and over says it once a minute. */
export class Repeats {
  private readonly told = new Map<string, Told>();

  /** @returns what is to be written: nothing, the text, or the text with what was withheld */
  filter(key: string, text: string, now: number): string[] {
    const before = this.told.get(key);
    if (before !== undefined && now - before.at < QUIET_MS) {
      before.withheld++;
      return [];
    }
    this.told.delete(key);
    this.told.set(key, { at: now, withheld: 0 });
    const [oldest] = this.told.keys();
    if (this.told.size > REMEMBERED) this.told.delete(oldest);
    const withheld = before?.withheld ?? 0;
    return [withheld === 0 ? text : `${text} (and ${withheld} times more since it was last said)`];
  }
}
