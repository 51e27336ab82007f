/** Rules of a host's firewall, as its administrator would make them. */
import type { Hosts } from './hosts.ts';
import type { FirewallTool } from './system.ts';

/** One rule on what comes in, for either tool. */
export interface Rule {
  readonly nft: string;
  readonly iptables: string;
  /** For ip6tables, where its words differ. */
  readonly ip6tables?: string;
}

const TABLE = 'lab';
const CHAIN = `table inet ${TABLE} {
  chain input { type filter hook input priority filter; policy accept; }
}
`;

export class Firewall {
  readonly #hosts: Hosts;
  readonly #namespace: string;
  readonly #tool: FirewallTool;
  readonly #v6: boolean;
  /** nft's handles of the rules that are in. */
  readonly #handles = new Map<Rule, string>();

  constructor(hosts: Hosts, namespace: string, tool: FirewallTool, v6: boolean) {
    this.#hosts = hosts;
    this.#namespace = namespace;
    this.#tool = tool;
    this.#v6 = v6;
    if (tool === 'nft') hosts.run(namespace, 'nft', ['-f', '-'], CHAIN);
  }

  /** Puts a rule in. @returns the command line that did */
  add(rule: Rule): string {
    if (this.#tool === 'nft') {
      const line = `add rule inet ${TABLE} input ${rule.nft}`;
      const printed = this.#hosts.run(this.#namespace, 'nft', ['--echo', '--handle', line]);
      const handle = /# handle (\d+)/u.exec(printed)?.[1];
      if (handle === undefined) throw new Error(`nft gave no handle for '${line}'`);
      this.#handles.set(rule, handle);
      return `nft ${line}`;
    }
    return this.#iptables('-A', rule);
  }

  /** Takes a rule out that was put in. @returns the command line that did */
  remove(rule: Rule): string {
    if (this.#tool === 'iptables') return this.#iptables('-D', rule);
    const line = `delete rule inet ${TABLE} input handle ${this.#handles.get(rule)}`;
    this.#hosts.run(this.#namespace, 'nft', [line]);
    this.#handles.delete(rule);
    return `nft ${line}`;
  }

  #iptables(verb: '-A' | '-D', rule: Rule): string {
    const command = this.#v6 ? 'ip6tables' : 'iptables';
    const words = this.#v6 ? (rule.ip6tables ?? rule.iptables) : rule.iptables;
    const line = `${verb} INPUT ${words}`;
    this.#hosts.run(this.#namespace, command, line.split(' '));
    return `${command} ${line}`;
  }
}
