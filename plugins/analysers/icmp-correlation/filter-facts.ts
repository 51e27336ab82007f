import type { CaptureFacts, Emit, Micros } from 'unackd';
import { hidesIcmp } from './capture-filter.ts';
import { printable } from './words.ts';

/** What the capture's own filters let pass. They may become known one by one, as a pcapng names its interfaces. */
export class FilterFacts {
  readonly #capture: CaptureFacts;
  #judged = 0;
  #shows4 = true;
  #shows6 = true;
  #hiding: string | undefined;
  #told = false;

  constructor(capture: CaptureFacts) {
    this.#capture = capture;
  }

  #judge(): void {
    const { filters } = this.#capture;
    for (; this.#judged < filters.length; this.#judged++) {
      const filter = filters[this.#judged];
      if (hidesIcmp(filter, 4) !== false) this.#shows4 = false;
      if (hidesIcmp(filter, 6) !== false) this.#shows6 = false;
      if (this.#hiding === undefined && hidesIcmp(filter) === true) this.#hiding = filter;
    }
  }

  /** Whether the capture names its filters and they are known to let ICMP pass (ICMPv6 for 6). */
  show(version: 4 | 6): boolean {
    this.#judge();
    return this.#judged > 0 && (version === 4 ? this.#shows4 : this.#shows6);
  }

  /** Names the first filter that hides ICMP, unless ICMP was captured all the same. */
  tellOnce(emit: Emit, now: Micros): void {
    if (this.#told) return;
    this.#judge();
    if (this.#hiding === undefined || this.#capture.icmpSeen) return;
    this.#told = true;
    const filter = printable(this.#hiding);
    emit({
      type: 'notice',
      code: 'icmp-hidden-by-filter',
      time: now,
      text:
        `the capture filter "${filter}" lets no ICMP pass, so a port that refuses by ICMP looks silent; ` +
        `capture with "icmp or icmp6 or (${filter})" to see its refusals`,
    });
  }
}
