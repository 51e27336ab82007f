/** The machine's own addresses, as getifaddrs(3) tells them in this process's network namespace. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Milliseconds for which a reading holds. */
const HOLDS = 2000;

export class Addresses {
  #all: readonly string[] = [];
  #known: ReadonlySet<string> = new Set();
  #byInterface: ReadonlyMap<string, readonly string[]> = new Map();
  #forwards4 = true;
  #forwards6 = true;
  #read = Number.NEGATIVE_INFINITY;

  /** The same array while nothing changes. */
  get all(): readonly string[] {
    this.#refresh();
    return this.#all;
  }

  has(address: string): boolean {
    this.#refresh();
    return this.#known.has(address) || isLoopback(address);
  }

  /**
   * Interfaces with addresses beyond those that every interface has by itself,
   * the loopback interface aside: ways on which an answer may leave.
   */
  get ways(): readonly string[] {
    this.#refresh();
    return [...this.#byInterface]
      .filter(([, addresses]) => addresses.some((one) => !isLinkLocal(one) && !isLoopback(one)))
      .map(([name]) => name);
  }

  /** Whether packets to an address may be handed on to other machines, or containers. */
  mayHandOn(address: string): boolean {
    this.#refresh();
    if (isLoopback(address)) return false;
    return address.includes(':') ? this.#forwards6 : this.#forwards4;
  }

  #refresh(): void {
    const now = performance.now();
    if (now - this.#read < HOLDS) return;
    this.#read = now;
    this.#forwards4 = isOn('ipv4/ip_forward');
    this.#forwards6 = isOn('ipv6/conf/all/forwarding');
    const byInterface = new Map<string, readonly string[]>();
    for (const [name, entries = []] of Object.entries(networkInterfaces())) {
      byInterface.set(
        name,
        entries.map(({ address }) => address),
      );
    }
    this.#byInterface = byInterface;
    const all = [...new Set([...byInterface.values()].flat())];
    if (all.length === this.#all.length && all.every((one, i) => one === this.#all[i])) return;
    this.#all = all;
    this.#known = new Set(all);
  }
}

/** What can't be read may be on. */
function isOn(setting: string): boolean {
  try {
    return readFileSync(`/proc/sys/net/${setting}`, 'utf8').trim() !== '0';
  } catch {
    return true;
  }
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/u.test(address);
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
