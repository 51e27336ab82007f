import { join } from 'node:path';
import { shell } from '../support/unackd.ts';

export const ESCAPE = '\u001b';

export type Step =
  | readonly ['wait', text: string]
  | readonly ['sleep', seconds: number]
  | readonly ['type', keys: string]
  | readonly ['size', columns: number, rows: number]
  | readonly ['signal', name: string]
  | readonly ['stopped']
  | readonly ['rename', from: string, to: string]
  | readonly ['mark'];

export interface Played {
  /** What was shown up to each mark, and after the last. */
  readonly parts: readonly { readonly shown: string; readonly restored?: boolean }[];
  readonly code: number | null;
  /** The terminal's settings are those from before. */
  readonly restored: boolean;
  readonly problem: string | null;
}

/** `unackd ARGS` on a terminal, and a script of what a person does there. */
export function play(
  args: readonly string[],
  { columns = 80, rows = 24 }: { columns?: number; rows?: number },
  script: readonly Step[],
  env: Readonly<Record<string, string>> = {},
): Played {
  const result = shell(
    'exec python3 "$1" "$2" "$3" "$4" "$U" "${@:5}"',
    [
      join(import.meta.dirname, 'terminal.py'),
      String(columns),
      String(rows),
      JSON.stringify(script),
      ...args,
    ],
    { env: { NO_COLOR: '', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', ...env } },
  );
  if (result.stdout === '') throw new Error(result.stderr);
  return JSON.parse(result.stdout) as Played;
}

/** The screen that a terminal of this size would show: cursor, clearing and text, as `watch` uses them. */
export function screenOf(shown: string, rows: number): string[] {
  const lines = Array.from({ length: rows }, () => '');
  const sequence = `${ESCAPE}\\[`;
  const pattern = new RegExp(
    `${sequence}(?<row>\\d+);1H${sequence}2K(?<line>(?:${sequence}\\d+m|[^${ESCAPE}])*)|(?<clear>${sequence}2J)`,
    'gu',
  );
  for (const { groups } of shown.matchAll(pattern)) {
    if (groups?.['clear'] !== undefined) lines.fill('');
    else lines[Number(groups?.['row']) - 1] = groups?.['line'] ?? '';
  }
  return lines;
}
