import { writeSync } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';

/** A key as people name it: `q`, `up`, `return`, `ctrl-c`; `text` is what it types. */
export interface Key {
  readonly name: string;
  readonly text: string;
}

export interface ScreenHooks {
  key(key: Key): void;
  /** All is to be drawn anew: the size changed, or the program was in the background. */
  stale(): void;
}

/** DEC private modes: the alternate screen, the cursor, wrapping at the right edge. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

const STDOUT = 1;

/**
 * A terminal taken over, and given back whatever happens: at the end, on an
 * error, on a signal, and while the program is stopped (Ctrl-Z).
 */
export class Screen {
  private readonly hooks: ScreenHooks;
  private readonly input = process.stdin;
  private readonly output = process.stdout;
  private shown: readonly string[] = [];
  private entered = false;
  /** Somebody has the screen, though it may be given back for a while. */
  private open = false;

  constructor(hooks: ScreenHooks) {
    this.hooks = hooks;
  }

  get columns(): number {
    return this.output.columns || 80;
  }

  get rows(): number {
    return this.output.rows || 24;
  }

  get isOpen(): boolean {
    return this.open;
  }

  start(): void {
    this.open = true;
    process.on('exit', this.give);
    // Before who prints what went wrong: on the alternate screen nobody would see it.
    process.prependListener('uncaughtException', this.give);
    process.on('SIGTSTP', this.pause);
    process.on('SIGCONT', this.resume);
    this.output.on('resize', this.resized);
    if (this.input.isTTY) {
      emitKeypressEvents(this.input);
      this.input.on('keypress', this.pressed);
    }
    this.take();
  }

  stop(): void {
    if (!this.open) return;
    this.open = false;
    this.give();
    process.off('exit', this.give);
    process.off('uncaughtException', this.give);
    process.off('SIGTSTP', this.pause);
    process.off('SIGCONT', this.resume);
    this.output.off('resize', this.resized);
    this.input.off('keypress', this.pressed);
    // An input that is listened to keeps the process alive.
    this.input.pause();
    this.input.unref?.();
  }

  /** Shows these lines, top first; writes those that changed. A terminal that takes nothing is left alone. */
  draw(lines: readonly string[]): void {
    if (!this.entered || this.output.writableLength > 0) return;
    let text = '';
    for (let row = 0; row < this.rows; row++) {
      const line = lines[row] ?? '';
      if (this.shown[row] === line) continue;
      // Cleared first: behind a line as wide as the screen it would take the last column.
      text += `\u001b[${row + 1};1H\u001b[2K${line}`;
    }
    this.shown = lines.slice(0, this.rows);
    if (text !== '') this.output.write(text);
  }

  private readonly take = (): void => {
    if (this.entered) return;
    this.entered = true;
    this.shown = [];
    if (this.input.isTTY) this.input.setRawMode(true).resume();
    this.output.write(ENTER);
  };

  private readonly give = (): void => {
    if (!this.entered) return;
    this.entered = false;
    try {
      if (this.input.isTTY) this.input.setRawMode(false);
      // The process may end before a stream has written.
      writeSync(STDOUT, LEAVE);
    } catch {
      // The terminal has gone: there is nothing to give back.
    }
  };

  private readonly pause = (): void => {
    this.give();
    // As the signal would have done, had nobody listened.
    process.kill(process.pid, 'SIGSTOP');
  };

  private readonly resume = (): void => {
    this.take();
    this.hooks.stale();
  };

  private readonly resized = (): void => {
    this.shown = [];
    if (this.entered) this.output.write('\u001b[2J');
    this.hooks.stale();
  };

  private readonly pressed = (
    text: string | undefined,
    key: { readonly name?: string; readonly ctrl?: boolean; readonly sequence?: string },
  ): void => {
    const typed = text ?? '';
    const plain = key.name ?? typed;
    const name = key.ctrl === true ? `ctrl-${plain}` : plain;
    if (name === 'ctrl-z') {
      // To all of the job, as the terminal would have sent it.
      process.kill(0, 'SIGTSTP');
      return;
    }
    this.hooks.key({ name, text: /^\P{Cc}$/u.test(typed) ? typed : '' });
  };
}
