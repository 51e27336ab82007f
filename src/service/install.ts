import { existsSync } from 'node:fs';
import { carryOut, foresee } from './files.ts';
import { ask, hasSystemd, propertiesOf } from './manager.ts';
import { NAME, PACKAGED, UNIT } from './place.ts';
import { installation } from './plan.ts';
import { obstacleTo, ownProgram } from './program.ts';
import { recentLines } from './journal.ts';
import { ServiceError } from './step.ts';
import type { Outcome, Step } from './step.ts';

export interface InstallRequest {
  /** The configuration; absolute. */
  readonly config: string;
  /** The program that is started; `null` for this one. */
  readonly program: string | null;
  /** A folder in place of `/`: files are written there, and nothing is started. */
  readonly root: string | null;
  /** Shows all, does nothing. */
  readonly dryRun: boolean;
}

/** Takes lines for people. */
export type Say = (line: string) => void;

const NOT_FOR_ALL = 78;
const NO_PERMISSION = 77;
const FAILED = 1;

const NO_SYSTEMD = 'systemd does not run here. Have what starts services on this machine start';

function described(step: Step, outcome: Outcome): string {
  const what: Readonly<Record<Outcome, string>> = {
    unchanged: 'unchanged',
    kept: 'yours, and stays as it is',
    written: 'written',
    replaced: 'replaced',
    removed: 'removed',
  };
  return `${step.path}: ${what[outcome]}`;
}

/** In full, as they would be. */
function show(steps: readonly Step[], root: string, say: Say): void {
  for (const step of steps) {
    const outcome = foresee(step, root);
    if (step.kind === 'remove') {
      if (outcome === 'removed') say(`# ${step.path}: removed, as nothing needs it`);
      continue;
    }
    const mode = `mode ${step.mode.toString(8).padStart(4, '0')}`;
    if (step.kind === 'folder') say(`# ${step.path}/: ${outcome}, ${mode}\n`);
    else say(`# ${described(step, outcome)}, ${mode}\n${outcome === 'kept' ? '' : step.text}`);
  }
}

/** Commands that are due once the files lie there. */
function commandsFor(reload: boolean, restart: boolean): string[][] {
  const unit = `${NAME}.service`;
  const state = propertiesOf(unit, ['UnitFileState', 'ActiveState']);
  const active = state.get('ActiveState') === 'active';
  return [
    ...(reload ? [['systemctl', 'daemon-reload']] : []),
    ...(state.get('UnitFileState') === 'enabled' && !reload
      ? []
      : [['systemctl', 'enable', '--quiet', unit]]),
    // It may have failed for what is mended by now.
    ...(state.get('ActiveState') === 'failed' ? [['systemctl', 'reset-failed', unit]] : []),
    ...(active && !restart ? [] : [['systemctl', active ? 'restart' : 'start', unit]]),
  ];
}

function run(command: readonly string[], say: Say): void {
  const line = command.join(' ');
  const { status, stderr } = ask(command);
  if (status === 0) {
    say(`${line}: done`);
    return;
  }
  const why = [stderr.trim(), ...recentLines()].filter((text) => text !== '').join('\n');
  throw new ServiceError(FAILED, `${line}: failed with ${status}\n${why}`);
}

/**
 * Writes what is not there yet, and starts the service.
 * @throws ServiceError, or InputError 66 where there is no libpcap
 */
export function install({ config, program, root, dryRun }: InstallRequest, say: Say): void {
  const started = { program: program ?? ownProgram(), config };
  const packaged = root === null && PACKAGED.some((path) => existsSync(path)) && !existsSync(UNIT);
  const obstacle =
    program === null && root === null && !packaged ? obstacleTo(started.program) : null;
  const steps = installation({ ...started, root: root ?? '/', packaged });
  if (dryRun) {
    show(steps, root ?? '/', say);
    if (root === null && hasSystemd()) {
      const touched = steps.some(
        (step) => step.path === UNIT && foresee(step, '/') !== 'unchanged',
      );
      for (const command of commandsFor(touched, touched)) say(`# ${command.join(' ')}`);
    } else if (root === null) {
      say(`# ${NO_SYSTEMD}: ${started.program} run --config ${config}`);
    }
    if (obstacle !== null) say(`# It would not start: ${obstacle}`);
    return;
  }
  if (root === null) {
    if (!hasSystemd())
      throw new ServiceError(
        NOT_FOR_ALL,
        `${NO_SYSTEMD}: ${started.program} run --config ${config}`,
      );
    if (process.getuid?.() !== 0)
      throw new ServiceError(NO_PERMISSION, 'installing a service takes root: sudo');
    if (obstacle !== null) throw new ServiceError(NOT_FOR_ALL, obstacle);
  }
  let touched = false;
  for (const step of steps) {
    const outcome = carryOut(step, root ?? '/');
    if (step.path === UNIT) touched = outcome !== 'unchanged';
    if (step.kind !== 'remove' || outcome === 'removed') say(described(step, outcome));
  }
  if (root !== null) return;
  const commands = commandsFor(touched, touched);
  for (const command of commands) run(command, say);
  if (commands.length === 0) say(`${NAME}.service: unchanged, enabled and active`);
}
