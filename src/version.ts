import manifest from '../package.json' with { type: 'json' };

/** As package.json says. */
export const version: string = manifest.version;
export const description: string = manifest.description;

/** `unackd/0.1.0 linux-x64 node-v26.10.0` */
export function versionLine(): string {
  return `unackd/${version} ${process.platform}-${process.arch} node-${process.version}`;
}
