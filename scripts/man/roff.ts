/** Text as roff with the macros of man(7). */

/** What must come out letter by letter, to be copied: commands, options, names. */
export function literal(text: string): string {
  const escaped = text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll("'", String.raw`\(aq`)
    .replaceAll('`', String.raw`\(ga`)
    .replaceAll('^', String.raw`\(ha`)
    .replaceAll('~', String.raw`\(ti`);
  return guarded(escaped);
}

/** A line that begins with a dot or a quote would be a request. */
function guarded(line: string): string {
  return /^[.']/u.test(line) ? String.raw`\&${line}` : line;
}

export function bold(text: string): string {
  return String.raw`\fB${literal(text)}\fR`;
}

export function italic(text: string): string {
  return String.raw`\fI${literal(text)}\fR`;
}

/** Prose, in which \`this\` is literal; hyphens within words stay hyphens. */
export function inline(text: string): string {
  const parts = text.split('`').map((part, i) => {
    // Whole on its line, too: names with a hyphen that isn't theirs can't be copied.
    if (i % 2 === 1) return part.replaceAll(/\S+/gu, (word) => String.raw`\%${bold(word)}`);
    const escaped = part.replaceAll('\\', String.raw`\e`).replaceAll('^', String.raw`\(ha`);
    return escaped.replaceAll(/(?<!\w)-+/gu, (dashes) => literal(dashes));
  });
  return guarded(parts.join(''));
}

/** A sentence a line, as roff wants it; filled when it is shown. */
export function prose(text: string): string {
  return text
    .replaceAll(/\s+/gu, ' ')
    .split(/(?<=[.!?]\)?) (?=[A-Z`(])/u)
    .map((sentence) => inline(sentence.trim()))
    .join('\n');
}

export function paragraph(text: string): string[] {
  return ['.PP', prose(text)];
}

/** @param head roff already */
export function item(head: string, text: string): string[] {
  return ['.TP', head, prose(text)];
}

export function section(title: string): string[] {
  return [`.SH ${inline(title.toUpperCase())}`];
}

export function subsection(title: string): string[] {
  return [`.SS ${inline(title)}`];
}

/** Lines as they are, indented. */
export function sample(lines: readonly string[]): string[] {
  return ['.PP', '.RS 4', '.EX', ...lines.map((line) => literal(line)), '.EE', '.RE'];
}

/** The name of a page in another page. */
export function pageName(name: string, chapter: number): string {
  return String.raw`${bold(name)}(${chapter})`;
}

/** Where a page comes from, at its head. */
export interface Edition {
  /** Of unackd. */
  readonly version: string;
  /** `2026-11-22` */
  readonly date: string;
}

export interface Page {
  readonly name: string;
  readonly chapter: number;
  /** What apropos(1) finds. */
  readonly summary: string;
  readonly body: readonly string[];
}

/** A heading begins a paragraph by itself. */
function withoutIdle(lines: readonly string[]): string[] {
  return lines.filter((line, i) => line !== '.PP' || !/^\.S[HS] /u.test(lines[i - 1] ?? ''));
}

/** The whole file. */
export function pageText({ name, chapter, summary, body }: Page, edition: Edition): string {
  const plain = summary.replace(/\.$/u, '');
  const title = `"${literal(name.toUpperCase())}" ${chapter}`;
  return `${[
    `.TH ${title} ${edition.date} "unackd ${edition.version}" "unackd manual"`,
    '.SH NAME',
    String.raw`${literal(name)} \- ${inline(plain)}`,
    ...withoutIdle(body),
  ].join('\n')}\n`;
}
