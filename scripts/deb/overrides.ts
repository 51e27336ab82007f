/** What lintian(1) finds and is meant to be so, each with its reason. */
import { CREDENTIALS } from '../../src/service/place.ts';

interface Override {
  readonly tags: readonly string[];
  /** Lines of a comment. */
  readonly because: readonly string[];
}

const ALWAYS: readonly Override[] = [
  {
    tags: [`non-standard-dir-perm 0700 != 0755 [${CREDENTIALS.slice(1)}/]`],
    because: ['Secrets lie there: systemd reads them as root, and hands them to the service.'],
  },
  {
    tags: ['embedded-library *', 'hardening-no-pie *'],
    because: [
      'The binary is Node as its makers build it, with the libraries that they try it',
      "with inside; it is updated as a whole. Debian's own Node is older than what",
      'unackd needs.',
    ],
  },
  {
    tags: ['old-fsf-address-in-copyright-file', 'copyright-file-contains-full-apache-2-license'],
    because: ["Node's licence stands there letter by letter, with those of all its parts."],
  },
  {
    tags: ['initial-upload-closes-no-bugs *'],
    because: ['It comes from its authors, not out of the archive: there is no bug to close.'],
  },
];

const NO_ADDRESS: Override = {
  tags: ['bogus-mail-host *', 'bogus-mail-host-in-debian-changelog *'],
  because: ['Built by somebody for himself; who hands it on sets DEBEMAIL.'],
};

/** @param addressed whether the maintainer has an address */
export function overridesText(addressed: boolean): string {
  return [...ALWAYS, ...(addressed ? [] : [NO_ADDRESS])]
    .map(({ tags, because }) =>
      [...because.map((line) => `# ${line}`), ...tags.map((tag) => `unackd: ${tag}`), ''].join(
        '\n',
      ),
    )
    .join('\n');
}
