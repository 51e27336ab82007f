/** What starts services on this machine, and how it is told to. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ServiceError } from './step.ts';

export interface Answered {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** systemd runs here: sd_booted(3). */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

const NO_PROGRAM = 78;

/** Runs a command to its end; its exit code is for the caller to judge. */
export function ask(command: readonly string[]): Answered {
  const [program, ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Colours and pagers are for terminals.
    env: { ...process.env, SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '', TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  });
  if (error !== undefined) throw new ServiceError(NO_PROGRAM, `${program}: ${error.message}`);
  return { status: status ?? 1, stdout, stderr };
}

/** `systemctl show`: what a unit is like, by property; empty where systemd doesn't say. */
export function propertiesOf(unit: string, names: readonly string[]): ReadonlyMap<string, string> {
  const { stdout } = ask(['systemctl', 'show', unit, `--property=${names.join(',')}`]);
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}
