/** The other side of the admin address: a command that asks the daemon. */
import { request as open } from 'node:http';
import { LISTEN_EXAMPLES, listenText, parseListen } from '../config/listen.ts';
import type { ListenAddress } from '../config/listen.ts';
import type { Status } from './state.ts';

/** A daemon that is alive answers within milliseconds. */
const PATIENCE_MS = 5000;

/** What it says fits many times; more is no daemon of ours. */
const ANSWER_MOST = 4 * 1024 * 1024;

/** How an order is sent: what a web page can't without asking first. */
const SENT = { method: 'POST', headers: { 'content-type': 'application/json' } } as const;

/** The daemon has understood, and says why not. */
const UNABLE: ReadonlySet<number> = new Set([400, 404, 409]);

class AskError extends Error {
  readonly exitCode: 1 | 2 | 77 | 78;
  constructor(exitCode: 1 | 2 | 77 | 78, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Where a daemon is asked, as its configuration or the command line has it. */
export async function addressOf(
  file: string | undefined,
  written: string | undefined,
): Promise<ListenAddress> {
  if (written !== undefined) {
    const address = parseListen(written, process.cwd());
    if (typeof address !== 'string') return address;
    throw new AskError(2, `--admin ${address}, such as ${LISTEN_EXAMPLES}`);
  }
  const { installed } = await import('../engine/registry.ts');
  const { loadConfig } = await import('../config/load.ts');
  const { config } = loadConfig(file ?? '', installed, false);
  if (config.admin !== null) return config.admin.listen;
  throw new AskError(
    78,
    `${file} has no 'admin', so its daemon can't be asked; add admin: { listen: unix:/run/unackd/admin.sock }`,
  );
}

/** @throws with exit code 1 where no daemon answers, 77 where this user may not ask */
export async function askStatus(address: ListenAddress): Promise<Status> {
  return (await ask(address, '/status')) as Status;
}

/**
 * Asks for what is at a path, or has something done there.
 * @param order what is to be done; left out, nothing is
 * @returns what was answered, as JSON has it
 * @throws with exit code 1 where no daemon answers, 77 where this user may not ask, 2 where it can't be done, with the daemon's own words
 */
export async function ask(address: ListenAddress, path: string, order?: unknown): Promise<unknown> {
  try {
    return JSON.parse(await fetchText(address, path, order)) as unknown;
  } catch (error) {
    if (error instanceof AskError) throw error;
    const denied = (error as NodeJS.ErrnoException).code === 'EACCES';
    throw new AskError(denied ? 77 : 1, `${listenText(address)}: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return 'no daemon answers there; is `unackd run` running, with this configuration?';
  }
  if (code === 'EACCES') return 'no permission to ask there; join the group that owns the socket';
  if (error instanceof SyntaxError) return 'what answers there is no unackd';
  return message;
}

async function fetchText(address: ListenAddress, path: string, order: unknown): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const target =
    address.kind === 'unix'
      ? { socketPath: address.path }
      : { host: address.host, port: address.port };
  const sent = order === undefined ? {} : SENT;
  const request = open({ ...target, ...sent, path, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.length > ANSWER_MOST) request.destroy(new Error('answers too much'));
    });
    response.once('error', reject).once('end', () => {
      const { statusCode = 0 } = response;
      if (statusCode === 200) resolve(text);
      else if (UNABLE.has(statusCode) && order !== undefined) {
        reject(new AskError(2, text.trim().slice(0, 1000)));
      } else reject(new Error(`answers ${response.statusCode}: ${text.trim().slice(0, 200)}`));
    });
  });
  request.setTimeout(PATIENCE_MS, () =>
    request.destroy(new Error(`does not answer within ${PATIENCE_MS / 1000} s`)),
  );
  request.once('error', reject);
  request.end(order === undefined ? undefined : JSON.stringify(order));
  return promise;
}
