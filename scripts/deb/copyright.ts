/** The file `copyright` of a package, machine-readable: DEP-5. */
import type { Part } from '../package/parts.ts';

/** A field over several lines: a space before each, a dot for an empty one. */
function continued(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll('\t', '    ')
    .trimEnd()
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}

const HOLDER = /^.{0,20}?(?<notice>(?:copyright\b|\(c\)|©).*\d{4}.*)$/gimu;

/** Who says that it is theirs, as the text says; a line each. */
function holdersOf({ name, text }: Part): string {
  const lines = [...text.matchAll(HOLDER)].map(({ groups }) =>
    groups!.notice.replace(/^copyright:? *(?:\(c\)|©)? */iu, '').trim(),
  );
  const distinct = [...new Set(lines)];
  return distinct.length === 0 ? ` the authors of ${name}` : ` ${distinct.join('\n           ')}`;
}

/** In a name of a licence, nothing but letters, digits and a few signs. */
function shortName({ license, name }: Part): string {
  const plain = license.replaceAll(/[()]/gu, '').replaceAll(' OR ', '-or-');
  return `${plain}-${name.replaceAll(/[^A-Za-z0-9.]+/gu, '-').replace(/^-/u, '')}`;
}

/** Debian has its text on every machine. */
const APACHE = `Licensed under the Apache License, Version 2.0. On Debian systems its text is in
/usr/share/common-licenses/Apache-2.0.`;

function stanza(part: Part, files: string): string {
  return [
    `Files: ${files}`,
    `Copyright:${holdersOf(part)}`,
    `License: ${shortName(part)}`,
    continued(part.license === 'Apache-2.0' ? APACHE : part.text),
    `Comment: ${part.name} ${part.version}`,
    '',
  ].join('\n');
}

/** @param own unackd itself @param others what it brings along, sorted */
export function copyrightText(own: Part, others: readonly Part[]): string {
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: unackd',
    'Comment: The program is one file, with Node and the packages of npm that it',
    ' uses inside. Files are named as they lie in the sources when it is built.',
    '',
    stanza(own, '*'),
    ...others.map((one) => stanza(one, `node_modules/${one.npm ?? one.name}/*`)),
  ].join('\n');
}
