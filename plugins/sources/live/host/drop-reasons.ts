/**
 * Reasons for which the kernel frees packets, by the tracepoint skb:kfree_skb,
 * in a tracing instance of its own. It counts what any container drops, too,
 * and carries no addresses. Opening takes root; reading afterwards does not.
 */
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Counters } from './counters.ts';

const TRACEFS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
const OWN = 'unackd-';

/** Kibibytes of the instance's ring, for each processor; of more drops the newest stay. */
const RING = 64;
/** Octets read at once, and at most in one reading: some 200 drops, 15 ms, as the kernel writes each out in words. */
const PIECE = 16 << 10;
const READ_MOST = 32 << 10;

/** IPv4 and IPv6, as ETH_P_IP and ETH_P_IPV6. */
const FILTER = 'protocol == 2048 || protocol == 34525';

/** @throws Error where there is no tracefs, or not for this user */
function makeInstance(): string {
  const root = TRACEFS.find((path) => existsSync(join(path, 'instances')));
  if (root === undefined) {
    throw new Error('no tracefs: mount -t tracefs nodev /sys/kernel/tracing');
  }
  const instances = join(root, 'instances');
  for (const name of readdirSync(instances)) {
    // Of one that was killed.
    if (name.startsWith(OWN) && !existsSync(`/proc/${name.slice(OWN.length)}`)) {
      rmdirSync(join(instances, name));
    }
  }
  const path = join(instances, `${OWN}${process.pid}`);
  if (!existsSync(path)) mkdirSync(path);
  return path;
}

export class DropReasons {
  readonly #path: string;
  readonly #switch: number;
  readonly #pipe: number;
  readonly #counts = new Map<string, number>();
  readonly #piece = Buffer.alloc(PIECE);
  /** What a piece ended in. */
  #rest = '';
  #on = false;

  /** @throws a system error, or Error, with what is in the way */
  constructor() {
    this.#path = makeInstance();
    writeFileSync(join(this.#path, 'buffer_size_kb'), String(RING));
    const event = join(this.#path, 'events/skb/kfree_skb');
    writeFileSync(join(event, 'filter'), FILTER);
    // Open while it is allowed to: what is open stays usable.
    this.#switch = openSync(join(event, 'enable'), 'w');
    this.#pipe = openSync(
      join(this.#path, 'trace_pipe'),
      constants.O_RDONLY | constants.O_NONBLOCK,
    );
  }

  /** Packets by reason, since it was first asked; tracing begins with that. */
  read(): Counters {
    if (!this.#on) this.#turn(true);
    for (let total = 0; total < READ_MOST;) {
      const got = this.#readPiece();
      if (got === 0) break;
      total += got;
      const lines = (this.#rest + this.#piece.toString('latin1', 0, got)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        const reason = / reason: (\w+)$/u.exec(line)?.[1];
        if (reason !== undefined) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
      }
    }
    return new Map(this.#counts);
  }

  /** Nobody wants to know for now: packets cost nothing. */
  rest(): void {
    if (this.#on) this.#turn(false);
  }

  close(): void {
    this.rest();
    closeSync(this.#switch);
    closeSync(this.#pipe);
    try {
      rmdirSync(this.#path);
    } catch {
      // No more root: switched off, it costs nothing, and the next start removes it.
    }
  }

  #turn(on: boolean): void {
    this.#on = on;
    writeSync(this.#switch, on ? '1' : '0');
  }

  /** 0 where nothing waits. */
  #readPiece(): number {
    try {
      return readSync(this.#pipe, this.#piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
