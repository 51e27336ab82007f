/** deb-control(5), deb-conffiles(5), deb-md5sums(5). */
import { createHash } from 'node:crypto';
import { wrapText } from '../../src/face/wrap.ts';
import { description } from '../../src/version.ts';
import { CONFFILES, FOLDERS } from './files.ts';
import type { PackageFile } from './files.ts';

export interface ControlFields {
  /** Debian's: `0.1.0-1`. */
  readonly version: string;
  readonly architecture: string;
  readonly maintainer: string;
  readonly depends: string;
}

const SYNOPSIS = 'watch TCP handshakes and tell which ports swallow SYNs';

const LONG: readonly string[] = [
  description,
  'It joins a SYN with all its retransmissions into one attempt, judges each server port, says how likely each cause is and what would settle the doubt, and alerts when a port starts to black-hole and when it recovers: live, or out of capture files.',
  "The service captures on all interfaces with no right but CAP_NET_RAW, and keeps what it finds in a database. Webhooks, syslog and files of JSON lines can be told, and plugins of one's own.",
];

function descriptionLines(): string[] {
  return LONG.map((text) => wrapText(text, { width: 78, first: ' ', rest: ' ' }).join('\n'))
    .join('\n .\n')
    .split('\n');
}

const KIB = 1024;

/** As dpkg-gencontrol counts: each file rounded up, one for what is no file. */
function installedSize(files: readonly PackageFile[]): number {
  const folders = new Set(FOLDERS.map(({ path }) => path));
  for (const { path } of files) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  const sizes = files.map(({ content }) => Math.ceil(content.length / KIB));
  return sizes.reduce((sum, size) => sum + size, folders.size);
}

export function controlText(fields: ControlFields, files: readonly PackageFile[]): string {
  const { version, architecture, maintainer, depends } = fields;
  return `${[
    'Package: unackd',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${maintainer}`,
    `Installed-Size: ${installedSize(files)}`,
    `Depends: ${depends}`,
    // What `unackd lab` builds its hosts with, and what rotates files of the jsonl sink.
    'Suggests: iproute2, logrotate, nftables',
    'Section: net',
    'Priority: optional',
    `Description: ${SYNOPSIS}`,
    ...descriptionLines(),
  ].join('\n')}\n`;
}

export function conffilesText(): string {
  return CONFFILES.map((path) => `${path}\n`).join('');
}

/** dpkg has sums of conffiles of its own. */
export function md5sumsText(files: readonly PackageFile[]): string {
  return files
    .filter(({ path }) => !CONFFILES.includes(path))
    .map(({ path, content }) => [path.slice(1), createHash('md5').update(content).digest('hex')])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sum]) => `${sum}  ${path}\n`)
    .join('');
}
