import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** GNU time: wait4's rusage of exactly one command; Node tells that only of itself. */
const TIME = '/usr/bin/time';

export interface Run {
  /** Seconds from start to end, process start included. */
  readonly wall: number;
  /** Seconds of processor time, user and system. */
  readonly cpu: number;
  /** Most resident memory at any time, in MiB. */
  readonly rss: number;
}

/** @throws when the command can't be measured or fails; the message says which and how */
export function measure(command: readonly string[]): Run {
  if (!existsSync(TIME)) throw new Error(`${TIME} is missing: \`apt-get install time\``);
  const folder = mkdtempSync(join(tmpdir(), 'unackd-bench-'));
  try {
    const report = join(folder, 'time');
    const start = process.hrtime.bigint();
    const done = spawnSync(TIME, ['-q', '-f', '%U %S %M', '-o', report, ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    if (done.status !== 0)
      throw new Error(`${command.join(' ')}: exit code ${done.status}: ${done.stderr.trim()}`);
    const [user, system, kibibytes] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
    return { wall, cpu: user + system, rss: kibibytes / 1024 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Medians of several commands, run in turn, so that a slow minute of the machine hits all alike. */
export function measureInTurn<Name extends string>(
  commands: Readonly<Record<Name, readonly string[]>>,
  runs: number,
): Record<Name, Run> {
  const names = Object.keys(commands) as Name[];
  const taken = new Map<Name, Run[]>(names.map((name) => [name, []]));
  for (let run = 0; run < runs; run++)
    for (const name of names) taken.get(name)!.push(measure(commands[name]));
  const middle = (name: Name, key: keyof Run): number =>
    median(taken.get(name)!.map((run) => run[key]));
  return Object.fromEntries(
    names.map((name) => [
      name,
      { wall: middle(name, 'wall'), cpu: middle(name, 'cpu'), rss: middle(name, 'rss') },
    ]),
  ) as Record<Name, Run>;
}

/** Garbage collections of one run of a Node program: young ones, and those of the whole heap. */
export function collections(
  node: string,
  args: readonly string[],
): { young: number; full: number } {
  const done = spawnSync(node, ['--trace-gc', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr.trim()}`);
  const lines = done.stdout.split('\n');
  return {
    young: lines.filter((line) => / ms: (?:Scavenge|Minor)/u.test(line)).length,
    full: lines.filter((line) => / ms: Mark-Compact/u.test(line)).length,
  };
}
