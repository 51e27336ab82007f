/**
 * How long short commands take, beside an empty script of the Node that is
 * inside: `npm run bench:start [-- RUNS]`. The binary is dist/unackd.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const binary = join(root, 'dist/unackd');
const capture = join(root, 'config/examples/captures/drop.pcap');
const runs = Number(process.argv[2] ?? 25);

const commands: Readonly<Record<string, readonly string[]>> = {
  'node, an empty script': [process.execPath, '--eval', ''],
  'dist/unackd --version': [binary, '--version'],
  'dist/unackd read, 7 packets': [binary, 'read', capture],
  'bin/unackd --version': [join(root, 'bin/unackd'), '--version'],
  'bin/unackd read, 7 packets': [join(root, 'bin/unackd'), 'read', capture],
};

function timed([command, ...args]: readonly string[]): number {
  const begin = performance.now();
  const { status, error } = spawnSync(command, args, { stdio: 'ignore' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: exit code ${status}`);
  return performance.now() - begin;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

if (existsSync(binary)) {
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  // In turn, so that what else the machine does falls on all alike.
  for (let run = 0; run < runs; run++) {
    for (const [name, command] of Object.entries(commands)) times.get(name)?.push(timed(command));
  }
  const bare = median(times.get('node, an empty script') ?? []);
  for (const [name, all] of times) {
    const ms = median(all);
    process.stdout.write(
      `${name.padEnd(28)} ${ms.toFixed(0).padStart(5)} ms  ${(ms / bare).toFixed(2)}\n`,
    );
  }
} else {
  process.stderr.write('bench:start: there is no dist/unackd: npm run package\n');
  process.exitCode = 1;
}
