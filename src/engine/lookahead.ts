import { hashPlain } from '../flow/hash.ts';
import type { AttemptTable } from '../flow/attempt-table.ts';
import type { FrameBatch } from '../plugin/api.ts';
import {
  isOpening,
  plainAt,
  plainDestination,
  plainPorts,
  plainSource,
  plainTcpFlagsOf,
} from '../wire/quick.ts';

/** Frames whose look-ups are fetched side by side: as many as a core has misses under way, and some. */
const AT_ONCE = 128;

/**
 * Hashes the next SYNs of a batch and fetches what they will look up, so that
 * the misses overlap instead of following one another.
 */
export class Lookahead {
  /** Frames of the present batch below this were looked at. */
  to = 0;
  /** By frame: where a SYN is to be looked at (see `plainAt`), or -1; and the flow's hash of those. */
  at = new Int32Array(0);
  hashes = new Int32Array(0);
  private readonly found = new Int32Array(AT_ONCE);

  /** To be called for each batch, before the first look. */
  begin(frames: number): void {
    this.to = 0;
    if (this.hashes.length >= frames) return;
    this.hashes = new Int32Array(frames);
    this.at = new Int32Array(frames);
  }

  /** Looks at the frames from `from` on. */
  look(
    batch: FrameBatch,
    view: DataView,
    linkTypes: Int32Array,
    from: number,
    table: AttemptTable,
  ): void {
    const { offset, captured, wire, iface, count } = batch;
    const { hashes, at, found } = this;
    const to = Math.min(count, from + AT_ONCE);
    let syns = 0;
    for (let i = from; i < to; i++) {
      at[i] = -1;
      const linkType = linkTypes[iface[i]];
      const flags = plainTcpFlagsOf(linkType, view, offset[i], captured[i], wire[i]);
      if (flags < 0 || !isOpening(flags)) continue;
      const o = plainAt(linkType, offset[i]);
      const hash = hashPlain(plainSource(view, o), plainDestination(view, o), plainPorts(view, o));
      at[i] = o;
      hashes[i] = hash;
      found[syns++] = hash;
    }
    table.foresee(found, syns);
    this.to = to;
  }
}
