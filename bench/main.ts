/**
 * Measures `unackd read --summary` against tcpdump and tshark:
 *
 *     npm run bench -- [--only NAME]... [--runs N] [--scale 0.1] [--checkout] [--json] [--clean]
 *
 * Measured is the packed program in large pages, as the service's unit starts it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { captures } from './captures.ts';
import { compare, countGarbage, type Tools } from './compare.ts';
import { render } from './report.ts';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    runs: { type: 'string', default: '5' },
    /** Of the captures' size: a quick look at the harness itself. */
    scale: { type: 'string', default: '1' },
    /** Measures bin/unackd instead, which loads some ninety files at its start. */
    checkout: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    /** Removes the captures afterwards. */
    clean: { type: 'boolean', default: false },
  },
});
const folder = `${root}/.bench`;
const tools: Tools = {
  unackd: values.checkout ? `${root}/bin/unackd` : `${folder}/unackd`,
  node: process.execPath,
  program: `${root}/build/main.js`,
  folder,
};
const runs = Number(values.runs);
const scale = Number(values.scale);
const unknown = (values.only ?? []).filter((name) => !captures.some((one) => one.name === name));
if (unknown.length > 0 || !(runs >= 1) || !(scale > 0 && scale <= 1)) {
  process.stderr.write(
    `bench: --only takes ${captures.map(({ name }) => name).join(', ')}; --runs 1 or more; --scale up to 1\n`,
  );
  process.exit(2);
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function folderSize(): number {
  return readdirSync(tools.folder).reduce(
    (sum, name) => sum + statSync(`${tools.folder}/${name}`).size,
    0,
  );
}

/** Packs the program. @throws when that fails; it has said why */
function pack(): void {
  const args = [`${root}/scripts/package/main.ts`, '--output', tools.unackd];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('the program was not packed (--checkout measures without)');
}

mkdirSync(tools.folder, { recursive: true });
// For all that is measured alike.
process.env['GLIBC_TUNABLES'] = 'glibc.malloc.hugetlb=1';
const chosen = captures.filter(({ name }) => values.only?.includes(name) ?? true);
try {
  if (!values.checkout) pack();
  const comparisons = chosen.map((capture) => {
    say(`${capture.name}: ${capture.about}`);
    return compare(capture, Math.round(capture.packets * scale), runs, tools);
  });
  const garbage = values.only === undefined ? countGarbage(scale, tools) : [];
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ runs, scale, comparisons, garbage }, null, 2)}\n`
      : render(comparisons, garbage, runs, scale),
  );
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
} finally {
  if (values.clean) rmSync(tools.folder, { recursive: true });
  else
    say(`.bench holds ${(folderSize() / 1e9).toFixed(1)} GB for the next time; --clean removes it`);
}
