/** All that can be checked without running the program; every check runs, then the exit code says. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaText } from '../src/config/schema.ts';
import { bundled } from '../src/engine/registry.ts';
import { isReferenceFresh } from './docs.ts';
import { isManifestFresh } from './manifest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function runs(script: string, ...args: string[]): boolean {
  return (
    spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status === 0
  );
}

const checks: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  types: () => runs('node_modules/typescript/bin/tsc', '-p', '.'),
  lint: () => runs('node_modules/oxlint/bin/oxlint', '--type-aware'),
  format: () => runs('node_modules/oxfmt/bin/oxfmt', '--check'),
  'oclif.manifest.json (npm run build)': isManifestFresh,
  'config/unackd.schema.json (node scripts/make-schema.ts)': () =>
    readFileSync(`${root}config/unackd.schema.json`, 'utf8') === schemaText(bundled),
  'docs/configuration.md (npm run docs)': isReferenceFresh,
};

for (const [name, check] of Object.entries(checks)) {
  const passed = await check();
  process.stderr.write(`check: ${name}: ${passed ? 'ok' : 'FAILED'}\n`);
  if (!passed) process.exitCode = 1;
}
