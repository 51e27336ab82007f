/** What the package brings, path by path. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NAME, CONFIG, CREDENTIALS } from '../../src/service/place.ts';
import { serviceConfiguration } from '../../src/service/plan.ts';
import { unitText } from '../../src/service/unit.ts';
import { completionFor } from '../../src/shells/scripts.ts';
import { version } from '../../src/version.ts';
import { manualPages } from '../man/pages.ts';
import type { Part } from '../package/parts.ts';
import { dayOf } from '../source-time.ts';
import { debianChangelog } from './changelog.ts';
import type { ChangelogFields } from './changelog.ts';
import { copyrightText } from './copyright.ts';
import { ownPart } from './inside.ts';
import { overridesText } from './overrides.ts';

export interface PackageFile {
  /** Absolute, as installed. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

/** Folders that dpkg makes empty. */
export const FOLDERS: readonly { readonly path: string; readonly mode: number }[] = [
  // Secrets: systemd reads them, and hands them to the service.
  { path: CREDENTIALS, mode: 0o700 },
];

/** Those that dpkg keeps where somebody has changed them. */
export const CONFFILES: readonly string[] = [CONFIG];

const PROGRAM = `/usr/bin/${NAME}`;
const DOC = `/usr/share/doc/${NAME}`;

/** As Debian wants documents: without a name and a time. */
function compressed(content: string): Uint8Array {
  return gzipSync(content, { level: 9 });
}

function text(path: string, content: string): PackageFile {
  return { path, mode: 0o644, content: Buffer.from(content) };
}

/** A machine that the package has never seen: all of its interfaces, whatever they are called. */
function configuration(): string {
  return serviceConfiguration(
    [
      "unackd's configuration. It captures on all interfaces, and tells a database; who",
      'else is to be told stands below. After a change:',
      '',
      `  unackd check ${CONFIG}    every fault at once, with line and column`,
      `  systemctl reload ${NAME}    takes it up; a wrong one changes nothing`,
      '',
      '`man unackd.yaml` tells every key.',
    ],
    { chosen: [], others: [] },
  );
}

function unit(): string {
  return unitText(
    { program: PROGRAM, config: CONFIG },
    {
      preamble: [`What you want otherwise belongs beside it: \`systemctl edit ${NAME}\`.`],
      documentation: 'man:unackd(1) man:unackd.yaml(5)',
    },
  );
}

function documents(fields: ChangelogFields, parts: readonly Part[]): PackageFile[] {
  const changelog = readFileSync(join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
  const packed = (name: string, content: string): PackageFile => ({
    path: `${DOC}/${name}.gz`,
    mode: 0o644,
    content: compressed(content),
  });
  const manual = [...manualPages({ version, date: dayOf(fields.time) })].map(([name, page]) => ({
    path: `/usr/share/man/man${name.at(-1)}/${name}.gz`,
    mode: 0o644,
    content: compressed(page),
  }));
  return [
    packed('changelog', changelog),
    packed('changelog.Debian', debianChangelog(changelog, fields)),
    text(`${DOC}/copyright`, copyrightText(ownPart(), parts)),
    ...manual,
  ];
}

/** @param binary what `npm run package` made @param parts what is in it */
export function packageFiles(
  binary: string,
  parts: readonly Part[],
  fields: ChangelogFields,
): PackageFile[] {
  return [
    { path: PROGRAM, mode: 0o755, content: readFileSync(binary) },
    text(`/usr/lib/systemd/system/${NAME}.service`, unit()),
    text(CONFIG, configuration()),
    text(`/usr/share/bash-completion/completions/${NAME}`, completionFor('bash')),
    text(`/usr/share/zsh/vendor-completions/_${NAME}`, completionFor('zsh')),
    text(`/usr/share/fish/vendor_completions.d/${NAME}.fish`, completionFor('fish')),
    text(`/usr/share/lintian/overrides/${NAME}`, overridesText(fields.maintainer.addressed)),
    ...documents(fields, parts),
  ];
}
