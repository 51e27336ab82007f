/** A folder that looks like a checkout, in which commands can leave what they like. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export const root = resolve(import.meta.dirname, '../..');

export const isBuilt = existsSync(join(root, 'build/main.js'));

/** A terminal of 80 columns that shows UTF-8 and no colours; `dumb` keeps the progress bar away. */
const TERMINAL = { LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', NO_COLOR: '1', TERM: 'dumb' };

/** A block that takes longer waits for what will not come. */
const MOST_SECONDS = 50;

/** What stands in output for the folder, whose name is another each time. */
const HERE = '/home/kim/unackd';

export interface Outcome {
  readonly status: number | null;
  /** Standard output and standard error, as a terminal shows them. */
  readonly shown: string;
}

/** How lines of a shell are run. */
export interface Surroundings {
  readonly beside?: string | undefined;
  readonly apart?: boolean;
}

/** Arguments of sh that run the next one with a network and mounts of its own. */
const PART = ['-c', 'exec unshare --net --mount sh -c "$0"'];

let parting: boolean | undefined;
function canPart(): boolean {
  parting ??=
    process.getuid?.() === 0 && spawnSync('unshare', ['--net', '--mount', 'true']).status === 0;
  return parting;
}

/** Starts a configuration's daemon or a program, runs a command once it is ready, ends it. */
function companion(file: string, command: string): string {
  const [start, ready] = file.endsWith('.yaml')
    ? [`bin/unackd run --config ${file}`, `bin/unackd status --config ${file}`]
    : [`${JSON.stringify(process.execPath)} ${file}`, 'test -s .beside'];
  return `
    ${start} >.beside 2>&1 & beside=$!
    until ${ready} >/dev/null 2>&1; do
      kill -0 $beside 2>/dev/null || { cat .beside; exit 70; }
      sleep 0.05
    done
    ${command}
    status=$?
    kill $beside; wait $beside
    exit $status
  `;
}

export class Checkout {
  readonly path = mkdtempSync(join(tmpdir(), 'unackd-docs-'));

  constructor() {
    for (const name of readdirSync(root)) {
      if (name !== 'var' && !name.startsWith('.'))
        symlinkSync(join(root, name), join(this.path, name));
    }
  }

  put(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /**
   * Runs the lines of a shell on a terminal; ends at the first that fails.
   * @param beside a configuration or a program that runs meanwhile, once it is ready
   * @param apart with a network and mounts of its own, where root can make them
   */
  run(lines: string, { beside, apart = false }: Surroundings = {}): Outcome {
    const file = this.put('.lines.sh', lines);
    const terminal = `timeout ${MOST_SECONDS} script -qec 'stty cols 80 rows 24; exec sh -e ${file}' /dev/null`;
    const script = this.put(
      '.run.sh',
      beside === undefined ? `exec ${terminal}\n` : companion(beside, terminal),
    );
    const command =
      apart && canPart() ? [...PART, `ip link set lo up; exec sh ${script}`] : [script];
    const { status, stdout } = spawnSync('sh', command, {
      cwd: this.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.env(),
    });
    const shown = stripVTControlCharacters(stdout)
      .replaceAll('\r\n', '\n')
      .replaceAll(this.path, HERE);
    return { status, shown };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }

  private env(): NodeJS.ProcessEnv {
    const { LC_CTYPE: _, ...rest } = process.env;
    return { ...rest, ...TERMINAL, UNACKD_DB: join(this.path, 'start.db') };
  }
}

export function hasCommand(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}
