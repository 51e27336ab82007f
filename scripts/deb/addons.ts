import { existsSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(import.meta.dirname, '../../node_modules');

/** Native code that the binary holds inside, where nobody who looks at it from outside sees what it needs. */
export function addonsFor(architecture: 'amd64' | 'arm64'): string[] {
  const arch = architecture === 'amd64' ? 'x64' : 'arm64';
  return [
    join(modules, `better-sqlite3/prebuilds/linux-${arch}.node`),
    join(modules, `@koromix/koffi-linux-${arch}/linux_${arch}/koffi.node`),
  ].filter((path) => existsSync(path));
}
