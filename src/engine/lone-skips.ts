import type { AnalyserNode } from './nodes.ts';

/**
 * Whether analysers have any use for lone SYNs, of which floods are made. Some
 * look at each one's client; the others answer for all clients alike, until they
 * are told something, and need not be asked about each.
 */
export class LoneSkips {
  private readonly alike: readonly AnalyserNode[];
  private readonly each: readonly AnalyserNode[];

  constructor(analysers: readonly AnalyserNode[]) {
    this.alike = analysers.filter((one) => !one.looksAtClients);
    this.each = analysers.filter((one) => one.looksAtClients);
  }

  /** Whether those have a use for any, whoever its client is. */
  wantsAny(): boolean {
    const { alike } = this;
    for (let i = 0; i < alike.length; i++) if (!alike[i].skipsLone(null)) return true;
    return false;
  }

  /** Whether the others have no use for this client's; `null` of IPv6. */
  skipsClient(client: number | null): boolean {
    const { each } = this;
    for (let i = 0; i < each.length; i++) if (!each[i].skipsLone(client)) return false;
    return true;
  }

  /** Whether none at all has any use for this client's. */
  skips(client: number | null): boolean {
    return !this.wantsAny() && this.skipsClient(client);
  }
}
