/** How a plugin's process is started: the same binary, with hardly a right. */
import { spawnSync } from 'node:child_process';
import type { Grants } from './grants.ts';
import { ownFiles, startAgain } from '../self.ts';
import type { Start } from '../self.ts';

/** A plugin as it lies on the disk. */
export interface PluginFiles {
  /** What is imported; absolute, without symbolic links. */
  readonly entry: string;
  /** What it may read of itself: its folder, or the files that it imports. */
  readonly readable: readonly string[];
}

/** Of the two turns that a start takes: see child/main.ts. */
export const CONFINE = '--plugin-confine';
export const HOST = '--plugin-host';
export const DESCRIBE = '--plugin-describe';

/** nobody: what a daemon that runs as root starts plugins as. */
const NOBODY = 65534;

function paths(flag: string, all: readonly string[]): string[] {
  return all.map((path) => `${flag}=${path}`);
}

/** What Node itself holds a process to. */
export function nodeFlags(files: PluginFiles, grants: Grants): string[] {
  return [
    '--permission',
    ...paths('--allow-fs-read', [...ownFiles(), ...files.readable, ...grants.read]),
    ...paths('--allow-fs-write', grants.write),
    ...(grants.net ? ['--allow-net'] : []),
    // It writes any file, permissions or not.
    '--no-experimental-sqlite',
    '--disable-warning=ExperimentalWarning',
    `--max-old-space-size=${Math.ceil(grants.memory / 1024 / 1024)}`,
  ];
}

/** What the first turn needs to confine itself. */
export interface Confinement {
  readonly flags: readonly string[];
  readonly turn: typeof HOST | typeof DESCRIBE;
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly net: boolean;
}

/** How its first turn is started; nothing of the daemon's environment but what is granted. */
export function firstTurn(turn: Confinement['turn'], files: PluginFiles, grants: Grants): Start {
  const confinement: Confinement = {
    flags: nodeFlags(files, grants),
    turn,
    read: [...ownFiles(), ...files.readable, ...grants.read],
    write: grants.write,
    net: grants.net,
  };
  const { args, env } = startAgain(
    ['--disable-warning=ExperimentalWarning'],
    [CONFINE, JSON.stringify(confinement)],
  );
  return { args, env: { ...environment(grants), ...env } };
}

function environment(grants: Grants): Record<string, string> {
  const granted: Record<string, string> = {};
  for (const name of grants.env) {
    const value = process.env[name];
    if (value !== undefined) granted[name] = value;
  }
  return granted;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

let ownUser: User = { uid: NOBODY, gid: NOBODY };

/**
 * A daemon that is root will become this user: plugins are that one from the
 * start, else it could not end them any more. A user that there is not the
 * source itself complains of.
 */
export function runAs(name: string): void {
  const ids = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, '--', name], { encoding: 'utf8' }).stdout || Number.NaN),
  );
  const [uid, gid] = ids;
  if (uid > 0 && gid > 0) ownUser = { uid, gid };
}

/** As whom it runs: never as root. */
export function asWhom(): User | Record<string, never> {
  return process.getuid?.() === 0 ? ownUser : {};
}
