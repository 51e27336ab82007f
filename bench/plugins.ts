/**
 * Measures what segments cost on their way to analysers:
 *
 *     npm run bench:plugins -- [--runs 5] [--segments 20000000] [--json]
 *
 * How many a second reach a plugin in a process of its own, in binary batches;
 * and, over captures, that process against the same analyser within this one,
 * and against none. Wall time is the best of the runs, which are taken in turn:
 * what else the machine does can only add to it. CPU counts both processes.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../scripts/bundle.ts';
import { captureFile, captures, handshakes } from './captures.ts';
import { measure, type Run } from './measure.ts';

const root = resolve(import.meta.dirname, '..');
const folder = `${root}/.bench`;
/** What is aimed at: segments a second. */
const goal = 2e6;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    segments: { type: 'string', default: '20000000' },
    json: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const segments = Number(values.segments);
if (!(runs >= 1) || !(segments >= 1)) {
  process.stderr.write('bench:plugins: --runs and --segments take a number of 1 or more\n');
  process.exit(2);
}

/** The program with the two measured entries, as `npm run build` makes it. */
async function build(into: string): Promise<void> {
  const entries = { run: 'bench/plugins/run.ts', channel: 'bench/plugins/channel.ts' };
  const { outputFiles } = await bundle(`${into}/build`, {}, entries);
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  symlinkSync(`${root}/node_modules`, `${into}/node_modules`);
  copyFileSync(`${root}/package.json`, `${into}/package.json`);
  copyFileSync(`${import.meta.dirname}/plugins/count-segments.ts`, `${into}/count-segments.ts`);
}

/** The least of each, so that a slow moment of the machine hits none. */
function best(taken: readonly Run[]): Run {
  const least = (key: keyof Run): number => Math.min(...taken.map((run) => run[key]));
  return { wall: least('wall'), cpu: least('cpu'), rss: least('rss') };
}

type How = 'without' | 'within' | 'outside';
const WAYS: readonly How[] = ['without', 'within', 'outside'];

function costs(node: string[], file: string, plugin: string): Record<How, Run> {
  const taken: Record<How, Run[]> = { without: [], within: [], outside: [] };
  for (let run = 0; run < runs; run++) {
    for (const how of WAYS) taken[how].push(measure([...node, how, file, plugin]));
  }
  return {
    without: best(taken.without),
    within: best(taken.within),
    outside: best(taken.outside),
  };
}

function ratio(key: 'wall' | 'cpu', one: Run, other: Run): string {
  return (one[key] / other[key]).toFixed(2);
}

function row(name: string, ways: Record<How, Run>): string {
  const { without, within, outside } = ways;
  const times = WAYS.map((how) => `${ways[how].wall.toFixed(2)} s (${ways[how].cpu.toFixed(2)})`);
  const ratios = [
    `${ratio('wall', outside, within)} (${ratio('cpu', outside, within)})`,
    `${ratio('wall', within, without)} (${ratio('cpu', within, without)})`,
  ];
  return `| ${[name, ...times, ...ratios].join(' | ')} |`;
}

// Where everybody may read: root's plugins run as nobody.
const work = mkdtempSync(join(tmpdir(), 'unackd-bench-plugins-'));
chmodSync(work, 0o755);
try {
  await build(work);
  const plugin = `${work}/count-segments.ts`;
  const entry = (name: string): string[] => [process.execPath, `${work}/build/${name}.js`];
  const channel = Array.from({ length: runs }, () => {
    const [node, script] = entry('channel');
    const text = execFileSync(node, [script, plugin, String(segments)], { encoding: 'utf8' });
    return JSON.parse(text) as { readonly seconds: number; readonly cpu: number };
  });
  const rate = segments / Math.min(...channel.map(({ seconds }) => seconds));
  const flood = captures.find(({ name }) => name === 'flood');
  const whole = [handshakes, ...(flood === undefined ? [] : [flood])].map((capture) => {
    const file = captureFile(capture, capture.packets, folder);
    return { name: capture.name, about: capture.about, ways: costs(entry('run'), file, plugin) };
  });
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ runs, segments, rate, whole }, null, 2)}\n`
      : `${[
          `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`,
          `Into a plugin's process: ${(rate / 1e6).toFixed(2)} million segments a second (>= ${goal / 1e6}) ${rate >= goal ? 'ok' : 'MISSED'}`,
          '',
          `An analyser that counts segments, over captures: best wall time of ${runs} runs in turn (CPU).`,
          '',
          '| capture | without it | bundled | in a process of its own | that against bundled | bundled against none |',
          '| --- | --- | --- | --- | --- | --- |',
          ...whole.map(({ name, ways }) => row(name, ways)),
          '',
          ...whole.map(({ name, about }) => `${name}: ${about}`),
        ].join('\n')}\n`,
  );
} finally {
  rmSync(work, { recursive: true });
}
