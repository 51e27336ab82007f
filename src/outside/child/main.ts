/**
 * A plugin's process. Two turns: `CONFINE` gives up rights and becomes the
 * other one, which loads the plugin's file: to say what it declares, or to run it.
 */
import { CONFINE, DESCRIBE } from '../start.ts';
import type { Confinement } from '../start.ts';

/** @param argv what follows the program on the command line */
export async function runPluginProcess([turn, given = '{}']: readonly string[]): Promise<void> {
  if (turn === CONFINE) {
    const { confine } = await import('./confine.ts');
    confine(JSON.parse(given) as Confinement);
  } else if (turn === DESCRIBE) {
    const { describeFile } = await import('./describe.ts');
    await describeFile();
  } else {
    const { host } = await import('./host.ts');
    host();
  }
}
