/** Who hands the package on: as Debian's own tools ask for it. */
export interface Maintainer {
  /** `Name <address>` */
  readonly text: string;
  /** Others can write to it. */
  readonly addressed: boolean;
}

export function maintainerOf({ DEBFULLNAME, DEBEMAIL }: NodeJS.ProcessEnv): Maintainer {
  const name = DEBFULLNAME ?? 'unackd authors';
  return { text: `${name} <${DEBEMAIL ?? 'unackd@localhost'}>`, addressed: DEBEMAIL !== undefined };
}
