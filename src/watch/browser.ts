/** What a person looks at: where in the table, sorted how, and which endpoint is open. */
import type { Micros } from '../model/attempt.ts';
import type { Entry } from './entry.ts';
import type { Chosen, Sort } from './order.ts';
import { choose, SORTS } from './order.ts';
import type { Key } from './screen.ts';

/** Rows beyond the screen that are kept ready, so that keys need no new choice. */
const AHEAD = 200;

/** The table as it stands still while it is paused. */
interface Frozen {
  readonly chosen: Chosen;
  readonly now: Micros;
}

export class Browser {
  sort: Sort = 'verdict';
  /** What is typed after `/`; `null` while nothing is. */
  typing: string | null = null;
  helps = false;
  /** The open endpoint, and how far its page is scrolled. */
  opened: Entry | null = null;
  scroll = 0;
  /** The open endpoint's page stands still. */
  stands = false;
  private words: readonly string[] = [];
  private frozen: Frozen | null = null;
  /** Index of the row under the cursor, of the first one on the screen. */
  private cursor = 0;
  private top = 0;
  /** The endpoint under the cursor, once it was moved: the cursor goes with it. */
  private held: Entry | null = null;
  private chosen: Chosen = { rows: [], matching: 0 };
  private height = 1;

  get filter(): string {
    return this.words.join(' ');
  }

  get paused(): boolean {
    return this.opened === null ? this.frozen !== null : this.stands;
  }

  get matching(): number {
    return this.chosen.matching;
  }

  /**
   * Chooses what the table shows.
   * @param height rows there is room for
   * @returns the rows, which of them is under the cursor (-1: none), and their time
   */
  look(
    entries: readonly Entry[],
    now: Micros,
    height: number,
  ): { readonly rows: readonly Entry[]; readonly cursor: number; readonly now: Micros } {
    this.height = Math.max(1, height);
    const most = Math.max(this.top, this.cursor) + this.height + AHEAD;
    this.chosen = this.frozen?.chosen ?? choose(entries, this.words, this.sort, most, now);
    const { rows } = this.chosen;
    const found = this.held === null ? -1 : rows.indexOf(this.held);
    if (found >= 0) this.cursor = found;
    this.cursor = Math.max(0, Math.min(this.cursor, rows.length - 1));
    this.top = Math.min(this.top, this.cursor, Math.max(0, rows.length - this.height));
    this.top = Math.max(this.top, this.cursor - this.height + 1, 0);
    return {
      rows: rows.slice(this.top, this.top + this.height),
      cursor: rows.length === 0 ? -1 : this.cursor - this.top,
      now: this.frozen?.now ?? now,
    };
  }

  /**
   * @param now capture time
   * @returns false for a key that means nothing here
   */
  press(key: Key, now: Micros): boolean {
    if (this.typing !== null) return this.type(key);
    if (this.helps) {
      this.helps = false;
      return true;
    }
    if (key.name === '?' || key.text === '?') this.helps = true;
    else if (this.opened !== null) return this.turnPage(key.name);
    else if (key.text === '/') this.typing = '';
    else if (key.name === 's') this.sortBy(SORTS[(SORTS.indexOf(this.sort) + 1) % SORTS.length]);
    else if (key.name === 'p' || key.name === 'space') this.pause(now);
    else if (key.name === 'escape') this.search('');
    else if (key.name === 'return' || key.name === 'enter' || key.name === 'right') this.open();
    else return this.move(key.name);
    return true;
  }

  private open(): void {
    this.opened = this.chosen.rows[this.cursor] ?? null;
    this.scroll = 0;
    this.stands = false;
  }

  private pause(now: Micros): void {
    this.frozen = this.frozen === null ? { chosen: this.chosen, now } : null;
  }

  private sortBy(sort: Sort): void {
    this.sort = sort;
    this.begin();
  }

  private search(text: string): void {
    this.words = text
      .toLowerCase()
      .split(' ')
      .filter((word) => word !== '');
    this.begin();
  }

  /** Another choice begins at its top, and moves again. */
  private begin(): void {
    this.frozen = null;
    this.held = null;
    this.cursor = 0;
    this.top = 0;
  }

  private type({ name, text }: Key): boolean {
    const typed = this.typing ?? '';
    if (name === 'return' || name === 'enter') this.typing = null;
    else if (name === 'escape') {
      this.typing = null;
      this.search('');
    } else if (name === 'backspace') {
      this.typing = typed === '' ? null : typed.slice(0, -1);
      this.search(this.typing ?? '');
    } else if (text !== '') {
      this.typing = typed + text;
      this.search(this.typing);
    }
    return true;
  }

  private turnPage(name: string): boolean {
    const step = this.stepOf(name);
    if (step !== null) this.scroll = Math.max(0, this.scroll + step);
    else if (name === 'p' || name === 'space') this.stands = !this.stands;
    else if (name === 'escape' || name === 'left' || name === 'backspace') this.opened = null;
    else return false;
    return true;
  }

  private move(name: string): boolean {
    const step = this.stepOf(name);
    if (step === null) return false;
    const { rows } = this.chosen;
    this.cursor = Math.max(0, Math.min(rows.length - 1, this.cursor + step));
    this.held = this.cursor === 0 ? null : (rows[this.cursor] ?? null);
    return true;
  }

  private stepOf(name: string): number | null {
    switch (name) {
      case 'up':
      case 'k':
        return -1;
      case 'down':
      case 'j':
        return 1;
      case 'pageup':
        return -this.height;
      case 'pagedown':
        return this.height;
      case 'home':
      case 'g':
        return Number.NEGATIVE_INFINITY;
      case 'end':
        return AHEAD;
      default:
        return null;
    }
  }
}
