import ipaddr from 'ipaddr.js';
import { parseNetwork, parsePorts, type Network, type PortRange } from '../config/ranges.ts';
import type { Attempt, Outcome } from '../model/attempt.ts';
import { OUTCOMES } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';

/** Which attempts and endpoints a user wants to see. */
export class Filter {
  private readonly networks: readonly Network[];
  private readonly ports: readonly PortRange[];
  private readonly outcomes: readonly Outcome[];
  private readonly known = new Map<string, boolean>();

  /**
   * @param servers addresses, or networks in CIDR
   * @param ports numbers, or ranges such as `8000-8100`
   * @param outcomes names of outcomes
   * @throws Error in one line, with the word that can't be read
   */
  constructor(servers: readonly string[], ports: readonly string[], outcomes: readonly string[]) {
    this.networks = servers.map((server) => networkOf(server));
    this.ports = ports.map((port) => portsOf(port));
    this.outcomes = OUTCOMES.filter((outcome) => outcomes.includes(outcome));
  }

  get takesAll(): boolean {
    return this.networks.length + this.ports.length + this.outcomes.length === 0;
  }

  attempt(a: Attempt): boolean {
    if (this.takesAll) return true;
    if (this.outcomes.length > 0 && !this.outcomes.includes(a.outcome)) return false;
    return this.server(a.server.ip, a.server.port);
  }

  /** By server and port; by outcome if any attempt came to one of those asked for. */
  endpoint(e: Endpoint): boolean {
    if (this.takesAll) return true;
    if (this.outcomes.length > 0 && !this.outcomes.some((outcome) => e.attempts[outcome] > 0)) {
      return false;
    }
    return this.server(e.server.ip, e.server.port);
  }

  /** Whether its scope and what is asked for have servers and ports in common. */
  incident({ scope }: Incident): boolean {
    const { ip, port, prefix } = scope;
    if (ip !== null) return port === null ? this.address(ip) : this.server(ip, port);
    if (prefix === null || this.networks.length === 0) return true;
    const [wide, wideBits] = ipaddr.parseCIDR(prefix);
    return this.networks.some(
      ([network, bits]) =>
        network.kind() === wide.kind() && network.match(wide, Math.min(bits, wideBits)),
    );
  }

  private server(ip: string, port: number): boolean {
    if (this.ports.length > 0 && !this.ports.some(([low, high]) => port >= low && port <= high)) {
      return false;
    }
    return this.address(ip);
  }

  private address(ip: string): boolean {
    if (this.networks.length === 0) return true;
    let found = this.known.get(ip);
    if (found === undefined) {
      const address = ipaddr.parse(ip);
      found = this.networks.some(
        ([network, bits]) => address.kind() === network.kind() && address.match(network, bits),
      );
      if (this.known.size > 100_000) this.known.clear();
      this.known.set(ip, found);
    }
    return found;
  }
}

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (network !== null) return network;
  const hint = /^(?:\d+(?:\.\d+){3}|\[.*\]):\d+$/u.test(text) ? '; the port goes to --port' : '';
  throw new Error(
    `--server wants an address or a network such as 10.1.0.0/24 or 2001:db8::/64, not '${text}'${hint}`,
  );
}

function portsOf(text: string): PortRange {
  const range = parsePorts(text);
  if (range !== null) return range;
  throw new Error(`--port wants a number up to 65535 or a range such as 8000-8100, not '${text}'`);
}
