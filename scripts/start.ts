/** The first thing a newcomer sees: `npm start`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const unackd = fileURLToPath(new URL('../bin/unackd', import.meta.url));
process.exitCode = spawnSync(unackd, ['--version'], { stdio: 'inherit' }).status ?? 1;
