/** CHANGELOG.md as Debian writes it: deb-changelog(5). */
import { wrapText } from '../../src/face/wrap.ts';
import type { Wrapping } from '../../src/face/wrap.ts';
import type { Maintainer } from './maintainer.ts';

export interface ChangelogFields {
  /** As package.json says. */
  readonly version: string;
  readonly revision: string;
  readonly maintainer: Maintainer;
  /** Seconds since 1970. */
  readonly time: number;
}

/** `0.2.0-rc.1` comes before 0.2.0: in Debian's order a tilde says so. */
export function debianVersion(version: string, revision: string): string {
  return `${version.replace('-', '~')}-${revision}`;
}

interface Release {
  /** `0.1.0`; `null` for what is not released. */
  readonly version: string | null;
  readonly day: string | null;
  readonly changes: readonly string[];
}

const RELEASE = /^## \[(?<name>[^\]]+)\](?: - (?<day>\d{4}-\d{2}-\d{2}))?/u;

/** Keep a Changelog: a section a release, newest first, with lists of changes. */
function releasesOf(markdown: string): Release[] {
  const releases: (Release & { changes: string[] })[] = [];
  for (const line of markdown.split('\n')) {
    const { name, day = null } = RELEASE.exec(line)?.groups ?? {};
    if (name !== undefined)
      releases.push({ version: name === 'Unreleased' ? null : name, day, changes: [] });
    else if (line.startsWith('- ')) releases.at(-1)?.changes.push(line.slice(2));
  }
  return releases;
}

/** deb-changelog(5) wants them to fit a terminal. */
const CHANGE: Wrapping = { width: 80, first: '  * ', rest: '    ' };

/** `Sun, 22 Nov 2026 14:02:44 +0000` */
function stamp(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
}

/** An entry a release; what is not released yet counts as the version that package.json says. */
export function debianChangelog(markdown: string, fields: ChangelogFields): string {
  const { version, revision, maintainer, time } = fields;
  const releases = releasesOf(markdown).filter(({ changes }) => changes.length > 0);
  return releases
    .map(({ version: released, day, changes }, i) => {
      const newest = i === 0;
      const name = debianVersion(released ?? version, newest ? revision : '1');
      const when = newest || day === null ? time : Date.parse(day) / 1000;
      return [
        `unackd (${name}) unstable; urgency=medium`,
        '',
        ...changes.flatMap((change) => wrapText(change, CHANGE)),
        '',
        ` -- ${maintainer.text}  ${stamp(when)}`,
        '',
      ].join('\n');
    })
    .join('\n');
}
