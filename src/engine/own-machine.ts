import type { AttemptView, OwnAddresses } from '../flow/view.ts';
import { formatAddress } from '../wire/address.ts';
import type { Address, Micros } from '../model/attempt.ts';
import type { Explanation, HostProbe, Missing, OwnHost } from '../plugin/api.ts';

/** Lone SYNs that are looked into in one batch of words: a flood is made of more. */
const LONE_MOST = 64;
const LONE_SPAN: Micros = 1_000_000;

function wordOf(quad: string): number {
  return quad.split('.').reduce((word, octet) => (word << 8) | Number(octet), 0);
}

/**
 * The machine that captures, as a pipeline sees it: which addresses are its
 * own, which of its ports leave SYNs unanswered, and what it says to that.
 */
export class OwnMachine implements OwnHost, OwnAddresses {
  private readonly probe: HostProbe;
  private readonly missing: (since: Micros) => Missing;
  /** As the probe gave them last: another array says that they changed. */
  private known: readonly string[] = [];
  private readonly v4 = new Set<number>();
  private readonly v6 = new Set<string>();
  private loneSince: Micros = Number.NEGATIVE_INFINITY;
  private lone = 0;

  /** @param missing what the capture did not see since a time */
  constructor(probe: HostProbe, missing: (since: Micros) => Missing) {
    this.probe = probe;
    this.missing = missing;
  }

  has(v6: number, w0: number, w1: number, w2: number, w3: number): boolean {
    const addresses = this.probe.addresses();
    if (addresses !== this.known) this.learn(addresses);
    return v6 === 0 ? this.v4.has(w0) : this.v6.has(formatAddress(v6, w0, w1, w2, w3));
  }

  /** A SYN as it is captured: one that comes again was not answered, nor was the one before. */
  syn(a: AttemptView): void {
    if (a.syns < 2 || a.outcome === 'established' || a.outcome === 'half-open') return;
    if (a.answered_after !== null || !this.isServer(a)) return;
    const { server } = a;
    const { ip } = a.client;
    if (a.syns === 2) this.probe.unanswered(server, ip, a.time);
    this.probe.unanswered(server, ip, a.at);
  }

  /** Whether one more lone SYN that stayed unanswered would be looked into. */
  wantsLone(at: Micros): boolean {
    return this.lone < LONE_MOST || at - this.loneSince > LONE_SPAN;
  }

  /** The last word on a SYN that nobody repeated or answered. */
  loneSyn(a: AttemptView): void {
    if (a.outcome !== 'unanswered') return;
    if (a.at - this.loneSince > LONE_SPAN) {
      this.loneSince = a.at;
      this.lone = 0;
    }
    if (this.lone++ < LONE_MOST && this.isServer(a)) {
      this.probe.unanswered(a.server, a.client.ip, a.time);
    }
  }

  unanswered(server: Address, client: string, sent: Micros): void {
    this.probe.unanswered(server, client, sent);
  }

  /** Nothing is certain of a time in which packets passed unseen. */
  explain(server: Address, since: Micros): Explanation | null {
    const explained = this.probe.explain(server, since);
    if (explained?.certain !== true) return explained;
    const { packets, answers, blind } = this.missing(since);
    if (packets + answers + blind === 0) return explained;
    const because =
      'the SYNs did arrive at this machine; packets were lost in capturing meanwhile, its answers maybe among them';
    return { ...explained, certain: false, because };
  }

  private isServer(a: AttemptView): boolean {
    return this.has(a.v6, a.serverWord(0), a.serverWord(1), a.serverWord(2), a.serverWord(3));
  }

  private learn(addresses: readonly string[]): void {
    this.known = addresses;
    this.v4.clear();
    this.v6.clear();
    for (const address of addresses) {
      if (address.includes(':')) this.v6.add(address);
      else this.v4.add(wordOf(address));
    }
  }
}
