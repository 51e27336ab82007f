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

/** Such as 252; NaN where it doesn't say. */
export function systemdVersion(): number {
  return Number(/^systemd (\d+)/u.exec(ask(['systemctl', '--version']).stdout)?.[1]);
}

/**
 * `systemctl show`: what a unit is like, by property.
 * @throws ServiceError where systemd can't be asked
 */
export function propertiesOf(unit: string, names: readonly string[]): ReadonlyMap<string, string> {
  const command = ['systemctl', 'show', unit, `--property=${names.join(',')}`];
  const { status, stdout, stderr } = ask(command);
  if (status !== 0) throw new ServiceError(1, `systemctl show ${unit}: ${stderr.trim()}`);
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}
