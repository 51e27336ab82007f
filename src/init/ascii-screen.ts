import type { Writable } from 'node:stream';

/** What the questions draw with where they think that a terminal has little more than ASCII. */
const PLAIN: Readonly<Record<string, string>> = { '•': '*', '—': '-', '…': '~' };

const NOT_ASCII = /\P{ASCII}/gu;

/** A terminal to which only ASCII is written, a column for a column. */
export function asciiScreen(screen: Writable): Writable {
  const write = (text: string | Uint8Array): boolean =>
    screen.write(String(text).replace(NOT_ASCII, (character) => PLAIN[character] ?? '?'));
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
