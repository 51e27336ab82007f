/** Bundles src/ into build/. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundle, root } from './bundle.ts';
import { writeManifest } from './manifest.ts';

const outdir = `${root}build`;

await writeManifest();
const result = await bundle(outdir).catch(() => process.exit(1)); // esbuild has said what is wrong

// Only now: a build that fails leaves the one before alone.
rmSync(outdir, { recursive: true, force: true });
for (const { path, contents } of result.outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

// What each file is made of.
writeFileSync(`${outdir}/meta.json`, JSON.stringify(result.metafile));

// The first start of each chunk would compile it; for the most used ones that is done here, once.
for (const args of [['version'], ['read', `${root}config/examples/captures/drop.pcap`]]) {
  // By the launcher: what was compiled under other flags V8 does not heed.
  spawnSync(`${root}bin/unackd`, args, { stdio: 'ignore' });
}

if (!process.argv.includes('--quiet')) {
  const outputs = Object.entries(result.metafile.outputs).filter(([path]) => path.endsWith('.js'));
  const bytes = outputs.reduce((sum, [, output]) => sum + output.bytes, 0);
  process.stderr.write(
    `build: ${outputs.length} files, ${Math.round(bytes / 1024)} KiB in build/\n`,
  );
}
