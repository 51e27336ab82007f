/**
 * A plugin's process. Two turns: `CONFINE` gives up rights and becomes the
 * other one, which loads the plugin's file: to say what it declares, or to run it.
 */
import { isPacked } from '../../self.ts';
import { CONFINE, DESCRIBE } from '../start.ts';
import type { Confinement } from '../start.ts';

/** EX_NOPERM */
const NO_PERMISSION = 77;

/** Without Node's permission model nothing of the plugin is loaded. */
function refuse(): void {
  process.stderr.write(
    "plugins of one's own don't run: Node takes no flags here, as this file has capabilities; " +
      `take them away (setcap -r ${process.execPath}) and have systemd give them (AmbientCapabilities)\n`,
  );
  process.exitCode = NO_PERMISSION;
}

/** @param argv what follows the program on the command line */
export async function runPluginProcess([turn, given = '{}']: readonly string[]): Promise<void> {
  if (turn === CONFINE) {
    const { confine } = await import('./confine.ts');
    confine(JSON.parse(given) as Confinement);
    return;
  }
  // How a packed program was given its flags; not the plugin's business.
  if (isPacked()) delete process.env['NODE_OPTIONS'];
  if (process.permission === undefined) refuse();
  else if (turn === DESCRIBE) {
    const { describeFile } = await import('./describe.ts');
    await describeFile();
  } else {
    const { host } = await import('./host.ts');
    host();
  }
}
