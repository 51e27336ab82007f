/** `npm run audit` against a registry of our own, on loopback. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Folder, ROOT } from '../support/unackd.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}

/** Of which vulnerable versions. */
type Advisories = Readonly<Record<string, string>>;

/** The answer to a bulk request: https://github.com/npm/arborist/issues/101 shows the form. */
function bulkAnswer(advisories: Advisories): string {
  const entries = Object.entries(advisories).map(([name, range], i) => {
    const url = `https://github.com/advisories/GHSA-${name}`;
    const severity = 'high';
    return [
      name,
      [{ id: i + 1, url, title: `Bad ${name}`, severity, vulnerable_versions: range }],
    ] as const;
  });
  return JSON.stringify(Object.fromEntries(entries));
}

interface Audited {
  readonly status: number;
  readonly said: string;
  /** What was asked for: names with their versions. */
  readonly asked: Readonly<Record<string, readonly string[]>>;
}

/** @param answer to the bulk request; a number is an HTTP status */
async function audited(answer: Advisories | number): Promise<Audited> {
  let asked: Audited['asked'] = {};
  const registry = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.method !== 'POST') response.writeHead(404).end('{}');
    else if (typeof answer === 'number') response.writeHead(answer).end();
    else {
      assert.equal(request.url, '/-/npm/v1/security/advisories/bulk');
      asked = JSON.parse(gunzipSync(body).toString()) as Audited['asked'];
      response.setHeader('content-type', 'application/json').end(bulkAnswer(answer));
    }
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const folder = new Folder();
  try {
    const { port } = registry.address() as AddressInfo;
    const child = spawn(process.execPath, [join(ROOT, 'scripts/audit.ts')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        npm_config_registry: `http://127.0.0.1:${port}/`,
        npm_config_cache: folder.at('cache'),
      },
    });
    const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    return { status: status as number, said, asked };
  } finally {
    registry.closeAllConnections();
    registry.close();
    folder.remove();
  }
}

describe('npm run audit', function () {
  this.timeout(60_000);
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const versionOf = (name: string): string => lock.packages[`node_modules/${name}`].version;

  it('asks for all that is locked, and passes where nothing is known', async () => {
    const { status, said, asked } = await audited({});
    assert.equal(status, 0, said);
    assert.match(said, /^audit: nothing known of \d{3} packages$/mu);
    for (const name of ['undici', 'yaml', 'fast-uri', 'mocha', 'esbuild'])
      assert.ok(asked[name].includes(versionOf(name)), name);
  });

  it('fails with package, range and severity, of what runs and of what builds', async () => {
    const known = { 'fast-uri': `<=${versionOf('fast-uri')}`, mocha: '>=1.0.0', yaml: '<1.0.0' };
    const { status, said } = await audited(known);
    assert.equal(status, 1, said);
    const runs = versionOf('fast-uri');
    const lines = [
      `audit: high: fast-uri ${runs} (<=${runs}): Bad fast-uri`,
      'audit:   at run time; brought by ajv; https://github.com/advisories/GHSA-fast-uri',
      `audit: high: mocha ${versionOf('mocha')} (>=1.0.0): Bad mocha`,
      'audit:   for development only; https://github.com/advisories/GHSA-mocha',
    ];
    for (const line of lines) assert.ok(said.split('\n').includes(line), `${line}\n\n${said}`);
    assert.doesNotMatch(said, /yaml/u, 'its version is not among these');
  });

  it('says where it was not told, and passes', async () => {
    const { status, said } = await audited(405);
    assert.equal(status, 0, said);
    assert.match(
      said,
      /^audit: skipped: the registry can't be asked for advisories: 405 Method Not Allowed - POST \S+\/advisories\/bulk\n$/u,
    );
  });
});
