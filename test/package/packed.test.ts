/** The packed binary where there is nothing but itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PKG } from '../../scripts/package/pkg.ts';
import { hasCommand } from '../docs/checkout.ts';
import { needs } from '../support/needs.ts';
import { packedBinary } from '../support/packed.ts';
import { CAPTURES, Folder, needsBuild, parseLines, ROOT, unackd } from '../support/unackd.ts';
import type { Result } from '../support/unackd.ts';

const NOBODY = 65534;
const CAPTURE = join(CAPTURES, 'drop.pcap');
const MOST_BYTES = 160_000_000;
/** Of a bundle's packages, by the path of a file in one. */
const PACKAGE = /^(?:.*\/)?node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//u;

interface Bill {
  readonly components: readonly { readonly name: string; readonly version: string }[];
  readonly metadata: {
    readonly timestamp?: string;
    readonly component: { readonly hashes: readonly { readonly content: string }[] };
  };
}

describe('packed binary', function () {
  this.timeout(90_000);
  const folder = new Folder();
  const binary = folder.at('unackd');
  const state = folder.at('state');

  before(async function () {
    needs(this, process.platform === 'linux', 'needs Linux');
    needsBuild(this);
    chmodSync(folder.path, 0o755);
    mkdirSync(state, { mode: 0o777 });
    chmodSync(state, 0o777);
    // Where nobody can get at it.
    const made = await packedBinary();
    for (const end of ['', '.cdx.json']) copyFileSync(made + end, binary + end);
  });

  after(() => folder.remove());

  /** No environment; as root in a file system that nobody can write to but for `state`, as nobody. */
  function alone(...args: readonly string[]): Result {
    const bare =
      process.getuid?.() === 0
        ? [
            'unshare',
            '--mount',
            'sh',
            '-c',
            `mount -t tmpfs -o mode=1777 none "$0" && mount -o remount,bind,ro / &&
             cd "$0" && exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups env -i "$@"`,
            state,
          ]
        : ['env', '-i', '--chdir', state];
    const [command, ...rest] = [...bare, binary, ...args];
    const options = { encoding: 'utf8', timeout: 30_000 } as const;
    const { status, signal, stdout, stderr, error } = spawnSync(command, rest, options);
    if (error !== undefined) throw error;
    return { status, signal, stdout, stderr };
  }

  it('names its version, commit and Node', () => {
    const { status, stdout, stderr } = alone('version', '--verbose');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^commit {3}(?:[0-9a-f]{40}(?:-changed)?|unknown)/mu);
    assert.ok(stdout.includes(`node     ${process.version} `), stdout);
    assert.ok(stdout.includes(`${binary}, one file`), stdout);
    assert.equal(alone('--version').stdout, alone('version').stdout);
  });

  it('reads as the checkout does', () => {
    const args = ['read', '--format', 'jsonl', CAPTURE];
    assert.deepEqual(alone(...args), unackd(args));
  });

  it('runs with a database and a plugin of the user’s own, and checks', () => {
    const config = folder.file(
      'own.yaml',
      `sources: { drop: { use: pcap, path: ${CAPTURE} } }
analysers: { tally: { use: ${ROOT}/test/outside/plugins/tally.ts, from: [drop] } }
sinks:
  history: { use: sqlite, path: ${state}/unackd.db, from: [attempts] }
  out: { use: jsonl, path: '-', from: [notices] }
`,
    );
    assert.equal(alone('check', config).status, 0);
    const { status, stdout, stderr } = alone('run', '--config', config);
    assert.equal(status, 0, stderr);
    const texts = parseLines(stdout).map(({ text }) => String(text));
    assert.ok(
      texts.some((text) => text.startsWith('end: ')),
      stdout,
    );
  });

  it('loads libpcap: doctor finds what is missing', () => {
    const { stdout } = alone('doctor');
    assert.match(stdout, /^ok +program: unackd/mu);
    assert.match(stdout, /libpcap: /u);
    assert.doesNotMatch(stdout, /koffi/u);
  });

  it('holds plugins as the checkout does', () => {
    const mocha = join(ROOT, 'node_modules/mocha/bin/mocha.js');
    const attacks = [join(ROOT, 'test/outside/attacks.test.ts'), '--grep', 'not theirs'];
    const { status, stdout } = spawnSync(process.execPath, [mocha, '--no-config', ...attacks], {
      encoding: 'utf8',
      env: { ...process.env, UNACKD_UNDER_TEST: binary },
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /1 passing/u);
  });

  it('runs no plugin where Node takes no flags that would hold it (setcap)', function () {
    const able = process.getuid?.() === 0 && hasCommand('setcap');
    needs(this, able, 'needs root and setcap');
    const copy = folder.file('capable', readFileSync(binary));
    chmodSync(copy, 0o755);
    const given = spawnSync('setcap', ['cap_net_raw+ep', copy]);
    needs(this, given.status === 0, 'no file capabilities here');
    const { status, stderr, stdout } = spawnSync(
      'setpriv',
      [
        '--reuid',
        `${NOBODY}`,
        '--regid',
        `${NOBODY}`,
        '--clear-groups',
        copy,
        'check',
        folder.at('own.yaml'),
      ],
      { encoding: 'utf8' },
    );
    assert.equal(status, 78);
    assert.match(stdout + stderr, /Node takes no flags here/u);
  });

  it('is under 160 MB', () => {
    assert.ok(statSync(binary).size < MOST_BYTES);
  });

  it('lists the licence of each package, and bills them', () => {
    const { stdout } = alone('version', '--licenses');
    const [table] = stdout.split('\n\n', 1);
    const listed = table.split('\n').map((line) => line.split(/ {2,}/u));
    const names = new Set(listed.map(([name]) => name));
    const meta = JSON.parse(readFileSync(join(ROOT, 'build/meta.json'), 'utf8')) as {
      readonly outputs: Readonly<Record<string, { readonly inputs: object }>>;
    };
    const inputs = Object.values(meta.outputs).flatMap((output) => Object.keys(output.inputs));
    const bundled = inputs.flatMap((path) => PACKAGE.exec(path)?.groups?.['name'] ?? []);
    assert.ok(bundled.length > 40);
    const wanted = [...bundled, 'Node.js', 'SQLite', 'better-sqlite3', 'koffi'];
    assert.deepEqual(
      [...new Set(wanted)].filter((name) => !names.has(name)),
      [],
    );
    for (const [name, version] of listed) {
      const text = stdout.split(`\n--- ${name} ${version}\n\n`)[1]?.split('\n--- ', 1)[0] ?? '';
      assert.ok(text.length > 100, `${name} has no text`);
    }
    const bill = JSON.parse(readFileSync(`${binary}.cdx.json`, 'utf8')) as Bill;
    assert.deepEqual(
      bill.components.map(({ name, version }) => `${name} ${version}`).toSorted(),
      listed.map(([name, version]) => `${name} ${version}`).toSorted(),
    );
    assert.equal(bill.metadata.timestamp, undefined);
    const digest = createHash('sha256').update(readFileSync(binary)).digest('hex');
    assert.equal(bill.metadata.component.hashes[0].content, digest);
  });

  it('can be packed by pkg, too', function () {
    needs(this, existsSync(PKG), 'pkg is not installed');
    const other = folder.at('other');
    const script = join(ROOT, 'scripts/package/main.ts');
    const packing = [script, '--quiet', '--packer', 'pkg', '--output', other];
    const packed = spawnSync(process.execPath, packing, { encoding: 'utf8' });
    assert.equal(packed.status, 0, packed.stderr);
    const env = { PKG_NATIVE_CACHE_PATH: state, HOME: state };
    const run = (...args: readonly string[]): Result =>
      spawnSync(other, args, { encoding: 'utf8', env });
    assert.equal(run('read', CAPTURE).stdout, unackd(['read', CAPTURE]).stdout);
    const { stdout } = run('doctor');
    assert.match(stdout, /libpcap: /u);
    assert.doesNotMatch(stdout, /koffi/u);
  });
});
