/**
 * `npm run deb`: the packaged binary as a package of Debian, by dpkg-deb alone.
 *
 *     npm run deb -- --binary dist/unackd --revision 2 --output /tmp
 *
 * DEBFULLNAME and DEBEMAIL say who hands it on, SOURCE_DATE_EPOCH when the sources were changed.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../src/version.ts';
import { sourceTime } from '../source-time.ts';
import { addonsFor } from './addons.ts';
import { debianVersion } from './changelog.ts';
import { conffilesText, controlText, md5sumsText } from './control.ts';
import { architectureOf, dependsOf } from './depends.ts';
import { FOLDERS, packageFiles } from './files.ts';
import type { PackageFile } from './files.ts';
import { partsInside } from './inside.ts';
import { maintainerOf } from './maintainer.ts';
import { MAINTAINER_SCRIPTS } from './maintainer-scripts.ts';

const root = join(import.meta.dirname, '../..');

const USAGE = `usage: npm run deb -- [OPTIONS]

  --binary PATH       what \`npm run package\` made (default: made anew, dist/unackd)
  --revision N        Debian's own number behind the version (default: 1)
  --output FOLDER     (default: dist)
  --compression NAME  dpkg-deb's -Z: xz (default), zstd, gzip, none
  --level N           dpkg-deb's -z: 0 to 9 (default: 6)
`;

// What is wrong, for people; nothing is left behind.
process.on('uncaughtException', ({ message, stack }) => {
  process.stderr.write(`deb: ${process.env.UNACKD_DEBUG === '1' ? stack : message}\n`);
  process.exitCode = 1;
});

const { values: options } = parseArgs({
  options: {
    binary: { type: 'string' },
    revision: { type: 'string', default: '1' },
    output: { type: 'string', default: join(root, 'dist') },
    compression: { type: 'string', default: 'xz' },
    level: { type: 'string', default: '6' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(USAGE);
  process.exit();
}
// deb-version(7)
if (!/^[A-Za-z0-9.+~]+$/u.test(options.revision))
  throw new Error(`--revision ${options.revision}: letters, digits, '.', '+' and '~' alone`);

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? `ended with ${status}`}`);
}

/** Node says so in a binary that has a program inside. */
const PACKED = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1';

function given(path: string): string {
  const binary = resolve(path);
  if (!existsSync(binary)) throw new Error(`--binary ${path}: no such file`);
  if (readFileSync(binary).includes(PACKED)) return binary;
  throw new Error(`${path} is nothing that \`npm run package\` has made`);
}

function packaged(): string {
  const binary = join(root, 'dist/unackd');
  run(process.execPath, [join(root, 'scripts/package/main.ts'), '--output', binary]);
  return binary;
}

/** Writes below a folder, which stands for `/`, and gives all the same time. */
class Stage {
  readonly path = mkdtempSync(join(tmpdir(), 'unackd-deb-'));
  readonly #time: number;
  readonly #folders = new Set<string>([this.path]);

  constructor(time: number) {
    this.#time = time;
    chmodSync(this.path, 0o755);
  }

  folder(path: string, mode = 0o755): string {
    if (path === '/') return this.path;
    const at = join(this.path, path);
    if (this.#folders.has(at)) return at;
    this.folder(dirname(path));
    mkdirSync(at);
    // The umask is not asked.
    chmodSync(at, mode);
    this.#folders.add(at);
    return at;
  }

  file({ path, mode, content }: PackageFile): void {
    const at = join(this.folder(dirname(path)), path.slice(path.lastIndexOf('/') + 1));
    writeFileSync(at, content);
    chmodSync(at, mode);
    utimesSync(at, this.#time, this.#time);
  }

  /** Nothing more will be written. */
  done(): void {
    for (const at of this.#folders) utimesSync(at, this.#time, this.#time);
  }
}

const binary = options.binary === undefined ? packaged() : given(options.binary);
const architecture = architectureOf(binary);
const maintainer = maintainerOf(process.env);
const { revision, compression, level } = options;
const time = sourceTime();
const fields = { version, revision, maintainer, time };
const files = packageFiles(binary, await partsInside(architecture), fields);

const control: Readonly<Record<string, string>> = {
  control: controlText(
    {
      version: debianVersion(version, revision),
      architecture,
      maintainer: maintainer.text,
      depends: dependsOf([binary, ...addonsFor(architecture)]),
    },
    files,
  ),
  conffiles: conffilesText(),
  md5sums: md5sumsText(files),
  ...MAINTAINER_SCRIPTS,
};

const stage = new Stage(time);
try {
  for (const { path, mode } of FOLDERS) stage.folder(path, mode);
  for (const file of files) stage.file(file);
  for (const [name, content] of Object.entries(control)) {
    const mode = name in MAINTAINER_SCRIPTS ? 0o755 : 0o644;
    stage.file({ path: `/DEBIAN/${name}`, mode, content: Buffer.from(content) });
  }
  stage.done();
  const name = `unackd_${debianVersion(version, revision)}_${architecture}.deb`;
  const made = join(resolve(options.output), name);
  mkdirSync(dirname(made), { recursive: true });
  run(
    'dpkg-deb',
    [`-Z${compression}`, `-z${level}`, '--root-owner-group', '--build', stage.path, made],
    {
      SOURCE_DATE_EPOCH: String(time),
    },
  );
  process.stderr.write(`deb: ${made}: ${(statSync(made).size / 1e6).toFixed(0)} MB\n`);
} finally {
  rmSync(stage.path, { recursive: true, force: true });
}
