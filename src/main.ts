/**
 * The process's edge. All that an old Node could stumble over is imported after
 * the check, so this file and what it imports at once must stay old JavaScript.
 */
import * as nodeModule from 'node:module';
import { versionLine } from './version.ts';

/** better-sqlite3 13 crashes the process on older ones. */
const OLDEST_NODE = 22;

const argv = process.argv.slice(2);

async function start(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    process.stderr.write(
      `unackd: this is Node ${process.version}, needed is ${OLDEST_NODE} or later: ` +
        'run `npm ci` in the checkout (it brings one) and start `bin/unackd`\n',
    );
    process.exitCode = 78; // EX_CONFIG: the machine is set up wrong, a restart won't help
  } else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
    process.stdout.write(`${versionLine()}\n`);
  } else if (argv[0]?.startsWith('--plugin-')) {
    // A plugin from outside, in a process of its own: nobody types this.
    const { runPluginProcess } = await import('./outside/child/main.ts');
    await runPluginProcess(argv);
  } else {
    // Beside the program and not in /tmp, where others could plant code for root to run.
    if (import.meta.filename?.endsWith('/build/main.js'))
      nodeModule.enableCompileCache(`${import.meta.dirname}/.compile-cache`);
    if (process.env.UNACKD_DEBUG === '1') process.setSourceMapsEnabled(true);
    const { run } = await import('./cli/run.ts');
    await run(argv);
  }
}

void start();
