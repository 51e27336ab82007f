/** What must not be shown of a configuration, and what is better kept elsewhere. */

/** A stretch of a text, in UTF-16 units; `end` is not part of it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What a text is shown as in place of a secret: as long, so that columns stay. */
export function masked(text: string, stretches: readonly Stretch[]): string {
  let shown = text;
  for (const { start, end } of stretches) {
    const [from, until] = [Math.max(0, start), Math.min(text.length, end)];
    if (from >= until) continue;
    shown = shown.slice(0, from) + '*'.repeat(until - from) + shown.slice(until);
  }
  return shown;
}

/** Keys that hold a secret whatever they belong to: the rest of a line may not be understood. */
const TELLING =
  /(?:secret|password|passwd|token|api[-_]?key|routing_key|authorization|cookie)["']?\s*:\s*("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}\]][^,}\]]*)/giu;

/** Values that look like secrets by their keys in a line of text. */
export function tellingStretches(line: string): Stretch[] {
  return [...line.matchAll(TELLING)]
    .filter(([, value]) => !value.includes('${'))
    .map((match) => {
      const end = match.index + match[0].length;
      return { start: end - match[1].length, end };
    });
}

/** As long as what services put into their URLs: Slack has 24, Mattermost 26, a UUID 36 characters. */
const TOKEN = /[A-Za-z0-9_-]{16,}/gu;

/** Words have no digits among their letters, and no capitals within. */
function isRandom(text: string): boolean {
  const digits = /[0-9]/u.test(text);
  return /[a-z]/u.test(text) ? digits || /[a-z].*[A-Z]/u.test(text) : digits || /[A-Z]/u.test(text);
}

/** Where a URL has what only its receiver should know: a password, long random words in path and query. */
function secretsInUrl(url: string): Stretch[] {
  const [authority = ''] = /^["']?[a-z][a-z0-9+.-]*:\/\/[^/?#]*/iu.exec(url) ?? [];
  const found: Stretch[] = [];
  const password = /:\/\/[^:@]*:([^@]+)@/u.exec(authority);
  if (password !== null) {
    const end = password.index + password[0].length - 1;
    found.push({ start: end - password[1].length, end });
  }
  return [...found, ...tokensIn(url, authority.length)];
}

function tokensIn(text: string, from: number): Stretch[] {
  return [...text.slice(from).matchAll(TOKEN)]
    .filter(([word]) => isRandom(word))
    .map(({ 0: word, index }) => ({ start: from + index, end: from + index + word.length }));
}

/** Where an item such as `Authorization: Bearer ...` has a secret. */
function secretsInItem(item: string): Stretch[] {
  return [...tellingStretches(item), ...tokensIn(item, 0)];
}

/** Of an option that is marked as secret, as it stands in the file; none where it comes from elsewhere. */
export function secretsIn(
  kind: 'whole' | 'url' | 'list',
  written: string,
  fromVariable: boolean,
): Stretch[] {
  // A default stands in the file, too.
  const fallback = /\$\{\w+:-[^}]+\}/u.exec(written);
  if (fallback !== null) {
    return [{ start: fallback.index, end: fallback.index + fallback[0].length }];
  }
  if (kind === 'url') return secretsInUrl(written);
  if (fromVariable) return [];
  if (kind === 'list') return secretsInItem(written);
  return written === '' ? [] : [{ start: 0, end: written.length }];
}
