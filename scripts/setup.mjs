/**
 * Sets up a fresh clone, then runs a script with the Node that npm brought:
 *
 *     node scripts/setup.mjs [--build] [SCRIPT [ARGUMENT...]]
 *
 * Plain JavaScript without dependencies: this is the one file that has to run
 * on the machine's own Node (20 or later), before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** better-sqlite3 13 crashes below this, at the first query. */
const OLDEST_NODE = 22;

/** @param {string} text */
function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** @param {string} text @returns {never} */
function fail(text) {
  say(text);
  process.exit(1);
}

/** @param {number} since milliseconds */
function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/** @param {string} path @returns {Record<string, {version?: string, integrity?: string, optional?: boolean}>} */
function lockedPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes its
 * own account last, so an install that was cut short doesn't count.
 */
function isInstalled() {
  const account = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(account)) return false;
  const installed = lockedPackages(account);
  return Object.entries(lockedPackages(join(root, 'package-lock.json'))).every(
    ([path, wanted]) =>
      path === '' ||
      (path in installed
        ? installed[path].integrity === wanted.integrity
        : wanted.optional === true),
  );
}

function install() {
  const packages = join(root, 'node_modules');
  // npm would empty the folder behind it, which others may be using.
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink())
    fail(`${packages} is a link, and lacks packages: run \`npm ci\` where it points, or remove it`);
  const start = Date.now();
  say('installing packages (npm ci)');
  const npm = process.env.npm_execpath; // set where npm runs us; else npm is looked up
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  // loglevel=error hides EBADENGINE: the packages get npm's newer Node, not the machine's.
  // include: a machine with NODE_ENV=production would leave the tools out.
  const done = spawnSync(
    command,
    [...first, 'ci', '--loglevel=error', '--no-progress', '--include=dev', '--include=optional'],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (done.error) fail(`npm does not run: ${done.error.message}`);
  if (done.status !== 0)
    fail('npm ci failed; its message is above. Is the npm registry reachable?');
  say(`installed in ${seconds(start)}`);
}

/** The Node that the project runs with; says what is wrong where there is none. */
function findNode() {
  const brought = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  let trouble = `npm has no Node for ${process.platform}-${process.arch}`;
  if (existsSync(brought)) {
    const tried = spawnSync(brought, ['--version'], { encoding: 'utf8' });
    if (tried.status === 0) return brought;
    trouble = /libatomic/.test(tried.stderr ?? '')
      ? "npm's Node needs libatomic1: `apt-get install libatomic1`"
      : `npm's Node does not run: ${(tried.error?.message ?? tried.stderr).trim()}`;
  }
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
    fail(
      `${trouble}; and ${process.execPath} is ${process.version}, needed is ${OLDEST_NODE} or later`,
    );
  say(`${trouble}; going on with ${process.execPath} ${process.version}`);
  return process.execPath;
}

/** @param {string} path @returns {number} the newest change below, in milliseconds */
function newestChange(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestChange(join(path, name))),
    stat.mtimeMs, // a folder changes when a file is removed
  );
}

function isBuilt() {
  const built = statSync(join(root, 'build/main.js'), { throwIfNoEntry: false });
  if (!built) return false;
  return ['src', 'plugins', 'scripts/build.ts', 'package.json', 'package-lock.json'].every(
    (path) => newestChange(join(root, path)) <= built.mtimeMs,
  );
}

/** @param {string} node */
function build(node) {
  const start = Date.now();
  say('building');
  const done = spawnSync(node, [join(root, 'scripts/build.ts'), '--quiet'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0) fail('the build failed; its message is above');
  say(`built in ${seconds(start)}`);
}

/** Runs a script in our place: its standard streams, its exit code, its signals. @param {string} node @param {string[]} args */
function run(node, args) {
  const child = spawn(node, args, { cwd: root, stdio: 'inherit' });
  process.on('SIGINT', () => {}); // the terminal sends it to the child as well
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  });
}

const args = process.argv.slice(2);
const wantsBuild = args[0] === '--build';
if (wantsBuild) args.shift();

if (!isInstalled()) install();
const node = findNode();
if (wantsBuild && !isBuilt()) build(node);
if (args.length > 0) run(node, args);
