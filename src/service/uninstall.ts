import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { carryOut, foresee } from './files.ts';
import { ask, hasSystemd, propertiesOf } from './manager.ts';
import { BELONGINGS, NAME, PACKAGED, ROTATION, UNIT } from './place.ts';
import type { Say } from './report.ts';
import { ServiceError } from './step.ts';
import type { Step } from './step.ts';

export interface UninstallRequest {
  /** Data, configuration and secrets go as well. */
  readonly purge: boolean;
  /** A folder in place of `/`: nothing is stopped. */
  readonly root: string | null;
  readonly dryRun: boolean;
}

const NO_PERMISSION = 77;
const PACKAGE = 78;
const FAILED = 1;

/** What stops it; what has ended already need not be stopped. */
function commandsBefore(): string[][] {
  const unit = `${NAME}.service`;
  const state = propertiesOf(unit, ['LoadState', 'ActiveState']);
  if (state.get('LoadState') === 'not-found') return [];
  const failed = state.get('ActiveState') === 'failed';
  return [
    ['systemctl', 'disable', '--quiet', '--now', unit],
    ...(failed ? [['systemctl', 'reset-failed', unit]] : []),
  ];
}

/**
 * Stops the service, and takes away what `install` wrote.
 * @throws ServiceError
 */
export function uninstall({ purge, root, dryRun }: UninstallRequest, say: Say): void {
  const live = root === null && hasSystemd();
  const at = (path: string): string => join(root ?? '/', path);
  const own = existsSync(at(UNIT));
  if (root === null && !own && PACKAGED.some((path) => existsSync(path))) {
    throw new ServiceError(
      PACKAGE,
      `${NAME}.service comes with a package: remove that (apt remove ${NAME})`,
    );
  }
  if (root === null && !dryRun && process.getuid?.() !== 0) {
    throw new ServiceError(NO_PERMISSION, 'uninstalling a service takes root: sudo');
  }
  const before = live && own ? commandsBefore() : [];
  const after = live && own ? [['systemctl', 'daemon-reload']] : [];
  const paths = [UNIT, ROTATION, ...(purge ? BELONGINGS : [])];
  const steps = paths
    .map((path): Step => ({ kind: 'remove', path }))
    .filter((step) => foresee(step, root ?? '/') === 'removed');
  const run = (command: readonly string[]): void => {
    const line = command.join(' ');
    const { status, stderr } = dryRun ? { status: 0, stderr: '' } : ask(command);
    if (status !== 0)
      throw new ServiceError(FAILED, `${line}: failed with ${status}\n${stderr.trim()}`);
    say(dryRun ? `# ${line}` : `${line}: done`);
  };
  for (const command of before) run(command);
  for (const step of steps) {
    if (!dryRun) carryOut(step, root ?? '/');
    say(dryRun ? `# ${step.path}: would be removed` : `${step.path}: removed`);
  }
  for (const command of after) run(command);
  if (before.length + steps.length === 0) say('nothing of it is installed');
  const staying = purge ? [] : BELONGINGS.filter((path) => existsSync(at(path)));
  if (staying.length > 0) say(`stays, unless --purge is said: ${staying.join(' ')}`);
}
