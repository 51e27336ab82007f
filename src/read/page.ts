import type { Page } from '../face/page.ts';

/** What standard output can show: colour and drawing on terminals, nothing of it in pipes. */
export function pageOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Page {
  const terminal = stream.isTTY === true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return {
    width: terminal ? (stream.columns ?? 80) : undefined,
    // https://no-color.org: any value that is not empty
    colour: terminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    unicode: /utf-?8/iu.test(locale),
  };
}
