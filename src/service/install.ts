import { existsSync } from 'node:fs';
import { carryOut, foresee } from './files.ts';
import { ask, hasSystemd, propertiesOf, systemdVersion } from './manager.ts';
import { NAME, PACKAGED, UNIT } from './place.ts';
import { installation } from './plan.ts';
import { isNewerThan, obstacleTo, obstacleToConfig, ownProgram } from './program.ts';
import type { Say } from './report.ts';
import { stateText } from './state-text.ts';
import { stateOfService } from './state.ts';
import { ServiceError } from './step.ts';
import type { Outcome, Step } from './step.ts';
import type { Started } from './unit.ts';

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

const WRONG_PLACE = 78;
const NO_PERMISSION = 77;
const FAILED = 1;

/** The first that hands over a folder of credentials. */
const OLDEST_SYSTEMD = 250;

/** Why it can't be a service here; `null` where it can. */
function obstacleOf({ program, config }: Started, packaged: boolean): string | null {
  if (!hasSystemd()) {
    return `systemd does not run here: have what starts services on this machine run \`${program} run --config ${config}\`, with the capability CAP_NET_RAW; \`unackd init\` writes a configuration`;
  }
  const version = systemdVersion();
  if (version < OLDEST_SYSTEMD) {
    return `this is systemd ${version}, and the unit is for ${OLDEST_SYSTEMD} and later: write one of your own after what --dry-run shows`;
  }
  return (packaged ? null : obstacleTo(program)) ?? obstacleToConfig(config);
}

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

/** Commands that are due once the files lie there. @param touched the unit is another one now */
function commandsFor(touched: boolean, program: string): string[][] {
  const unit = `${NAME}.service`;
  const state = propertiesOf(unit, [
    'UnitFileState',
    'ActiveState',
    'ActiveEnterTimestampMonotonic',
    'NeedDaemonReload',
  ]);
  const active = state.get('ActiveState') === 'active';
  // Whoever wrote it before may not have got that far.
  const stale = touched || state.get('NeedDaemonReload') === 'yes';
  const enabled = state.get('UnitFileState') === 'enabled' && !stale;
  const old = active && isNewerThan(program, Number(state.get('ActiveEnterTimestampMonotonic')));
  return [
    ...(stale ? [['systemctl', 'daemon-reload']] : []),
    ...(enabled ? [] : [['systemctl', 'enable', '--quiet', unit]]),
    // It may have failed for what is mended by now.
    ...(state.get('ActiveState') === 'failed' ? [['systemctl', 'reset-failed', unit]] : []),
    ...(active && !stale && !old ? [] : [['systemctl', active ? 'restart' : 'start', unit]]),
  ];
}

/** @throws ServiceError once it was said how the service is */
async function run(command: readonly string[], say: Say): Promise<void> {
  const line = command.join(' ');
  const { status, stderr } = ask(command);
  if (status === 0) {
    say(`${line}: done`);
    return;
  }
  const state = await stateOfService();
  // What systemctl says besides is where to look for what is told here.
  if (state.active === 'active') throw new ServiceError(FAILED, `${line}: ${stderr.trim()}`);
  say(stateText(state, Date.now()));
  throw new ServiceError(FAILED, `${line}: the service does not run`);
}

/**
 * Writes what is not there yet, and starts the service.
 * @throws ServiceError, or InputError 66 where there is no libpcap
 */
export async function install(
  { config, program, root, dryRun }: InstallRequest,
  say: Say,
): Promise<void> {
  const started = { program: program ?? ownProgram(), config };
  const packaged = root === null && PACKAGED.some((path) => existsSync(path)) && !existsSync(UNIT);
  const obstacle = root === null ? obstacleOf(started, packaged) : null;
  if (!dryRun) {
    if (obstacle !== null) throw new ServiceError(WRONG_PLACE, obstacle);
    if (root === null && process.getuid?.() !== 0) {
      throw new ServiceError(NO_PERMISSION, 'installing a service takes root: sudo');
    }
  }
  const steps = installation({ ...started, root: root ?? '/', packaged });
  if (dryRun) {
    show(steps, root ?? '/', say);
    if (obstacle !== null) say(`# It would not be installed: ${obstacle}`);
    else if (root === null) {
      const touched = steps.some(
        (step) => step.path === UNIT && foresee(step, '/') !== 'unchanged',
      );
      for (const command of commandsFor(touched, started.program)) say(`# ${command.join(' ')}`);
    }
    return;
  }
  let touched = false;
  for (const step of steps) {
    const outcome = carryOut(step, root ?? '/');
    if (step.path === UNIT) touched = outcome !== 'unchanged';
    if (step.kind !== 'remove' || outcome === 'removed') say(described(step, outcome));
  }
  if (root !== null) return;
  const commands = commandsFor(touched, started.program);
  for (const command of commands) await run(command, say);
  if (commands.length === 0) say(`${NAME}.service: unchanged, enabled and active`);
}
