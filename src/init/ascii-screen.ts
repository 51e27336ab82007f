import type { Writable } from 'node:stream';

/** What the questions draw with where they think that a terminal has little more than ASCII. */
const PLAIN: Readonly<Record<string, string>> = { '•': '*', '—': '-', '…': '~' };

const NOT_ASCII = /[^\u0000-\u007f]/gu;

/** A terminal to which only ASCII is written, a column for a column. */
export function asciiScreen(screen: Writable): Writable {
  const write = (chunk: unknown, ...rest: readonly unknown[]): unknown => {
    const text = String(chunk).replace(NOT_ASCII, (character) => PLAIN[character] ?? '?');
    return Reflect.apply(screen.write, screen, [text, ...rest]);
  };
  return new Proxy(screen, {
    get(target, key) {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Has what is loaded meanwhile take the terminal for Linux's console: @clack/prompts asks nothing but that. */
export async function forPlainTerminal<T>(load: () => Promise<T>): Promise<T> {
  const { TERM } = process.env;
  process.env['TERM'] = 'linux';
  try {
    return await load();
  } finally {
    if (TERM === undefined) delete process.env['TERM'];
    else process.env['TERM'] = TERM;
  }
}
