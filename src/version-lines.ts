import { isPacked } from './self.ts';
import { version } from './version.ts';

/** Put in by `npm run package`. */
declare const UNACKD_COMMIT: string | null | undefined;

/** What `version --verbose` says, a line each. */
export function versionLines(): readonly string[] {
  const packed = typeof UNACKD_COMMIT !== 'undefined';
  return [
    `unackd   ${version}`,
    ...(packed ? [`commit   ${UNACKD_COMMIT ?? 'unknown: packed without git'}`] : []),
    `node     ${process.version} ${process.platform}-${process.arch} (V8 ${process.versions.v8})`,
    `program  ${isPacked() ? `${process.execPath}, one file` : 'a checkout'}`,
  ];
}
