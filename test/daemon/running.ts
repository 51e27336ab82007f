/** A real daemon in its own process and folder. */
import { request } from 'node:http';
import { Program } from '../support/program.ts';

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export async function ask(socketPath: string, path: string, method = 'GET'): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const asking = request({ socketPath, path, method, agent: false }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    response.once('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        type: response.headers['content-type'] ?? '',
        body,
      }),
    );
  });
  asking.once('error', reject).end();
  return promise;
}

export class Running extends Program {
  constructor(config: string, env: NodeJS.ProcessEnv = {}, more: readonly string[] = []) {
    super(['run', '--config', config, ...more], env);
  }
}
