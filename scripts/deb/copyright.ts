/** The file `copyright` of a package, machine-readable: DEP-5. */

/** Something that is part of the binary. */
export interface Inside {
  /** A package of npm, or Node. */
  readonly name: string;
  readonly version: string;
  /** As it says itself, by SPDX. */
  readonly licence: string;
  /** Its whole text. */
  readonly text: string;
}

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

const HOLDER = /^\W*(?<notice>(?:copyright\b|\(c\)|©).*\d{4}.*)$/gimu;

/** Who says that it is theirs, as the text says; a line each. */
function holdersOf({ name, text }: Inside): string {
  const lines = [...text.matchAll(HOLDER)].map(({ groups }) =>
    groups!.notice.replace(/^copyright:? *(?:\(c\)|©)? */iu, '').trim(),
  );
  const distinct = [...new Set(lines)];
  return distinct.length === 0 ? ` the authors of ${name}` : ` ${distinct.join('\n           ')}`;
}

/** In a name of a licence, nothing but letters, digits and a few signs. */
function shortName({ licence, name }: Inside): string {
  const plain = licence.replaceAll(/[()]/gu, '').replaceAll(' OR ', '-or-');
  return `${plain}-${name.replaceAll(/[^A-Za-z0-9.]+/gu, '-').replace(/^-/u, '')}`;
}

/** Debian has its text on every machine. */
const APACHE = `Licensed under the Apache License, Version 2.0. On Debian systems its text is in
/usr/share/common-licenses/Apache-2.0.`;

function stanza(inside: Inside, files: string): string {
  return [
    `Files: ${files}`,
    `Copyright:${holdersOf(inside)}`,
    `License: ${shortName(inside)}`,
    continued(inside.licence === 'Apache-2.0' ? APACHE : inside.text),
    `Comment: ${inside.name} ${inside.version}`,
    '',
  ].join('\n');
}

/** @param own unackd itself @param others what it brings along, sorted */
export function copyrightText(own: Inside, others: readonly Inside[]): string {
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: unackd',
    'Comment: The program is one file, with Node and the packages of npm that it',
    ' uses inside. Files are named as they lie in the sources when it is built.',
    '',
    stanza(own, '*'),
    ...others.map((one) => stanza(one, `node_modules/${one.name}/*`)),
  ].join('\n');
}
