import type { Address, Micros } from 'unackd';

/** Ports, SYNs and clients remembered at most; the oldest go first. */
const PORTS = 128;
const SYNS = 1024;
const CLIENTS = 16;

/** What stays unanswered at one of the machine's own ports. */
export interface SilentPort {
  readonly server: Address;
  /** When the SYNs were captured. */
  readonly syns: Set<Micros>;
  readonly clients: Set<string>;
}

export function nameOf({ ip, port }: Address): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The machine's own ports that were silent of late. */
export class SilentPorts {
  readonly #ports = new Map<string, SilentPort>();

  get(server: Address): SilentPort | undefined {
    return this.#ports.get(nameOf(server));
  }

  get all(): readonly SilentPort[] {
    return [...this.#ports.values()];
  }

  /** SYNs at all ports but one, captured between two readings. */
  others(port: SilentPort, [from, to]: readonly { readonly at: Micros }[]): number {
    return this.all.reduce(
      (sum, other) => (other === port ? sum : sum + sentBetween(other, from.at, to.at)),
      0,
    );
  }

  /** @returns whether that is news */
  add(server: Address, client: string, sent: Micros): boolean {
    const port = this.#make(server);
    if (port.syns.has(sent)) return false;
    bounded(port.syns, sent, SYNS);
    bounded(port.clients, client, CLIENTS);
    return true;
  }

  #make(server: Address): SilentPort {
    const name = nameOf(server);
    const known = this.#ports.get(name);
    if (known !== undefined) return known;
    if (this.#ports.size >= PORTS) {
      const oldest = this.#ports.keys().next();
      if (oldest.done !== true) this.#ports.delete(oldest.value);
    }
    const made = { server, syns: new Set<Micros>(), clients: new Set<string>() };
    this.#ports.set(name, made);
    return made;
  }
}

function bounded<T>(set: Set<T>, value: T, most: number): void {
  set.add(value);
  if (set.size <= most) return;
  const oldest = set.values().next();
  if (oldest.done !== true) set.delete(oldest.value);
}

/** SYNs captured between two readings. */
export function sentBetween({ syns }: SilentPort, from: Micros, to: Micros): number {
  let count = 0;
  for (const sent of syns) if (sent > from && sent <= to) count++;
  return count;
}
