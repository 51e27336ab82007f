/**
 * A machine of its own with a real systemd as PID 1: a container over this
 * machine's files, in which all may be written and nothing of it stays. Network,
 * processes and mounts are its own, and end with this process.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from './needs.ts';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the container shows of this machine beside its files: for reading. */
export type Shown = Readonly<Record<string, string>>;

/** Booting takes 2 to 5 s on two idle cores. */
const BOOT_MS = 60_000;
const ASKED_EVERY_MS = 50;
/** Of one command. */
const PATIENCE_MS = 60_000;

/** What is started at boot: as little as a service needs that is started later. */
const TARGET = `[Unit]
DefaultDependencies=no
AllowIsolate=yes
Wants=systemd-journald.service systemd-journald.socket
After=systemd-journald.service
`;

/** The root in a mount name space that ends with the container: there /mnt is its own. */
const BOOT = `set -e
mount --make-rprivate /
mount -t tmpfs -o size=1G tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
root=/mnt/root
printf '%s' "$1" > "$root/etc/systemd/system/test.target"
# Whose machine it is must not tell what runs on it.
rm -f "$root/etc/machine-id"
: > "$root/etc/machine-id"
shift
exec systemd-nspawn --quiet --register=no --keep-unit --directory="$root" --private-network \\
  --capability=CAP_NET_RAW,CAP_NET_ADMIN --link-journal=no --console=pipe "$@" \\
  --boot -- --unit=test.target --log-target=null --show-status=false
`;

const ENTER = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd'];

/** Skips where no such machine can be booted. To be called in `before`. */
export function needsMachine(context: Mocha.Context): void {
  needs(context, process.getuid?.() === 0, 'not root: a container takes it');
  needs(context, existsSync('/usr/bin/systemd-nspawn'), 'no systemd-nspawn (systemd-container)');
  needs(context, existsSync('/lib/systemd/systemd'), 'no systemd');
  const mounts = spawnSync('unshare', ['--mount', 'true']);
  needs(context, mounts.status === 0, 'no mount name spaces here: unshare --mount fails');
}

export class Machine {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  /** Its PID 1, as this machine numbers it. */
  #init = 0;
  #said = '';

  private constructor(shown: Shown) {
    const binds = Object.entries(shown).map(([at, path]) => `--bind-ro=${path}:${at}`);
    this.#child = spawn(
      'setpriv',
      // Should this process be killed, the container ends, too.
      ['--pdeathsig=TERM', 'unshare', '--mount', 'bash', '-c', BOOT, 'bash', TARGET, ...binds],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-8000);
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
    });
  }

  /** @param shown where in the container, to what of this machine */
  static async boot(shown: Shown = {}): Promise<Machine> {
    const machine = new Machine(shown);
    try {
      await machine.#booted();
      return machine;
    } catch (error) {
      await machine.remove();
      throw error;
    }
  }

  /** Runs a line of bash to its end. */
  run(script: string, input = ''): Ran {
    const { status, stdout, stderr, error } = spawnSync(
      'nsenter',
      [`--target=${this.#init}`, ...ENTER, 'bash', '-c', script],
      {
        input,
        encoding: 'utf8',
        timeout: PATIENCE_MS,
        maxBuffer: 1 << 26,
        env: {
          PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          HOME: '/root',
          LANG: 'C.UTF-8',
        },
      },
    );
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  }

  /** The same, where it must succeed. @returns what it printed, without the last line break */
  must(script: string, input = ''): string {
    const { status, stdout, stderr } = this.run(script, input);
    if (status !== 0) throw new Error(`${script}\nended with ${status}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Writes a file. */
  put(path: string, text: string): void {
    this.must(`mkdir -p "$(dirname '${path}')" && cat > '${path}'`, text);
  }

  /** Has something run beside, as a service of its own that this machine's end ends. */
  beside(name: string, command: string): void {
    this.must(`systemd-run --quiet --collect --unit=${name} -p DefaultDependencies=no ${command}`);
  }

  /** Asks again and again until a script prints what is meant. @returns all that it printed then */
  async until(script: string, meant: RegExp, within = 20_000): Promise<string> {
    let last: Ran | undefined;
    for (const began = performance.now(); performance.now() - began < within;) {
      last = this.run(script);
      if (meant.test(last.stdout)) return last.stdout;
      await sleep(ASKED_EVERY_MS);
    }
    throw new Error(
      `${meant} not within ${within} ms of:\n${script}\n${last?.stdout}${last?.stderr}`,
    );
  }

  /** Ends it; nothing of it stays. */
  async remove(): Promise<void> {
    // systemd would first stop all in order; there is nothing in it that has to be saved.
    if (this.#init !== 0) {
      try {
        process.kill(this.#init, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    } else this.#child.kill('SIGTERM');
    await this.#ended;
  }

  async #booted(): Promise<void> {
    const began = performance.now();
    while (performance.now() - began < BOOT_MS) {
      if (this.#child.exitCode !== null) break;
      this.#init ||= this.#findInit();
      if (this.#init !== 0 && this.run('systemctl is-active --quiet test.target').status === 0)
        return;
      await sleep(ASKED_EVERY_MS);
    }
    throw new Error(`the container did not boot:\n${this.#said}`);
  }

  /** The process that is number 1 of a name space within nspawn; 0 as long as there is none. */
  #findInit(): number {
    const waiting = [this.#child.pid!];
    for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        if (/^NSpid:.*\t1$/mu.test(status) && /^Name:\tsystemd$/mu.test(status)) return pid;
        for (const task of readdirSync(`/proc/${pid}/task`)) {
          const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
          waiting.push(...children.split(' ').filter(Boolean).map(Number));
        }
      } catch {
        // It has ended meanwhile.
      }
    }
    return 0;
  }
}
