/** Starts the process in which the author's plugin runs, and listens to it. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { ownFiles, startAgain } from '../self.ts';
import type { CheckMessage, CheckOrder } from './messages.ts';

/** Without a turn of its event loop for this long, it loops: batches of frames take milliseconds. */
const PATIENCE_MS = 10_000;
/** Of what it prints: a loop of console.log is no reason to run out of memory. */
const PRINTED_MOST = 64 * 1024;

/** How it ended. */
export interface ChildEnd {
  /** What it was at when it ended without being asked, or was ended; `null` where it came to its end. */
  readonly failed: string | null;
  /** What it printed. */
  readonly printed: string;
}

/** What Node holds it to: as in the daemon, it may read what is its own, and write what is granted. */
function nodeFlags({ file, scratch, captures, net }: CheckOrder): string[] {
  // Of a checkout all of it: the suite runs through the bundled plugins.
  const own = ownFiles().map((path) => dirname(path));
  const readable = [...new Set(own), dirname(file), scratch, ...captures];
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${scratch}`,
    // All or nothing: here there is no daemon to connect for it.
    ...(net.length > 0 ? ['--allow-net'] : []),
    '--no-experimental-sqlite',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
}

/** Runs it to its end; each message goes to `take`. */
export async function runChild(
  order: CheckOrder,
  take: (message: CheckMessage) => void,
): Promise<ChildEnd> {
  const { args, env } = startAgain(nodeFlags(order), ['plugin', 'part', JSON.stringify(order)]);
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    cwd: order.scratch,
    env: { ...env, TMPDIR: order.scratch },
  });
  let printed = '';
  let doing = 'starting';
  let looped = false;
  let done = false;
  const print = (chunk: string): void => {
    if (printed.length < PRINTED_MOST) printed += chunk.slice(0, PRINTED_MOST - printed.length);
  };
  child.stdout?.setEncoding('utf8').on('data', print);
  child.stderr?.setEncoding('utf8').on('data', print);
  const patience = setTimeout(() => {
    looped = true;
    child.kill('SIGKILL');
  }, PATIENCE_MS);
  const lines = createInterface({ input: child.stdio[3] as Readable });
  lines.on('line', (line) => {
    patience.refresh();
    const message = JSON.parse(line) as CheckMessage;
    if (message.is === 'begins') doing = message.what;
    else if (message.is === 'done') {
      done = true;
      child.kill('SIGKILL');
    } else take(message);
  });
  const { promise, resolve: ended, reject } = Promise.withResolvers<ChildEnd>();
  let asked: NodeJS.Signals | null = null;
  const stop = (signal: NodeJS.Signals): void => {
    asked = signal;
    child.kill('SIGKILL');
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  child.on('error', reject);
  child.on('close', (status, signal) => {
    clearTimeout(patience);
    process.off('SIGINT', stop).off('SIGTERM', stop);
    if (asked !== null) {
      // As if nobody had caught it, but for what would be left behind.
      rmSync(order.scratch, { recursive: true, force: true });
      process.kill(process.pid, asked);
      return;
    }
    if (looped) ended({ failed: `${doing}: nothing moved for 10 s: an endless loop?`, printed });
    else if (done) ended({ failed: null, printed });
    else
      ended({
        failed: `${doing}: its process ended with ${signal ?? `exit code ${status}`}`,
        printed,
      });
  });
  return promise;
}
