import type { Micros } from '../model/attempt.ts';
import type { Decoder } from '../wire/decoder.ts';
import {
  hasTcpOptions,
  plainDestination,
  plainIsn,
  plainLinkType,
  plainPayload,
  plainPorts,
  plainSource,
  plainTtl,
} from '../wire/quick.ts';
import type { Segment } from '../wire/segment.ts';
import type { FlowStage } from './flow-stage.ts';
import type { SegmentTap } from './listener.ts';

/** Frames of one batch, by index. */
export interface Frames {
  readonly bytes: Uint8Array;
  readonly offset: Int32Array;
  readonly captured: Int32Array;
  readonly wire: Int32Array;
  /** Microseconds. */
  readonly time: Float64Array;
  /** Index of the interface. */
  readonly iface: Int32Array;
}

/** A leap ahead in time by so much is looked at closely before it is believed. */
export const FAR_AHEAD: Micros = 60_000_000;

/**
 * Takes SYNs in a row that open attempts of their own: what a flood is made of.
 * The same as handing each to the flow stage, in one loop.
 */
export class SynRun {
  private readonly flow: FlowStage;
  private readonly decoder: Decoder;
  /** When somebody wants to be woken, packets' own time. */
  private readonly wakeUps: { readonly next: Micros };

  constructor(flow: FlowStage, decoder: Decoder, wakeUps: { readonly next: Micros }) {
    this.flow = flow;
    this.decoder = decoder;
    this.wakeUps = wakeUps;
  }

  /**
   * Stops at the first frame that may be anything else.
   * @param view of the frames' bytes
   * @param hashes of each frame's flow, where `at` is not -1
   * @param at where each frame that is a SYN without ACK is to be looked at: see `plainAt`
   * @param newest time of the frame before `from`
   * @param due when something else than a lone SYN falls due
   * @param tap who reads the segments
   * @returns the index behind the last frame taken
   */
  take(
    frames: Frames,
    view: DataView,
    hashes: Int32Array,
    at: Int32Array,
    from: number,
    to: number,
    newest: Micros,
    due: Micros,
    tap: SegmentTap | null,
  ): number {
    const { time } = frames;
    const { flow, wakeUps } = this;
    const { table, traits, clock, orphans } = flow;
    const { tuples, lone } = table;
    const silent = !traits.misses;
    const heard = flow.hearsSyns;
    let wanted = heard && flow.wantsAnySyn;
    if (!(time[from] >= newest && time[from] - newest < FAR_AHEAD)) return from;
    let i = from;
    let opened = 0;
    let until = due;
    for (; i < to && at[i] >= 0; i++) {
      // Times stay in their array, where they are never boxed.
      if (i > from && !(time[i] >= time[i - 1] && time[i] - time[i - 1] < FAR_AHEAD)) break;
      if (!(time[i] < until)) break;
      const hash = hashes[i];
      if (!tuples.lacks(hash) || orphans.mayHold(hash)) break;
      if (table.full) {
        if (lone.mayHold(hash)) break;
        clock.moveOn(time[i]);
        lone.judgeUntil(time[i], silent);
        table.makeRoom(time[i]);
        wanted = heard && flow.wantsAnySyn;
      }
      const o = at[i];
      const client = plainSource(view, o);
      const told = heard && (wanted || !flow.skipsSynOf(client));
      const decoded = told || tap !== null || hasTcpOptions(view, o);
      const options = decoded ? this.decode(frames, i, o).optionLayout : 0;
      if (tap !== null) {
        tap.take(this.decoder.segment, time, i, frames.iface[i], false);
        if (wakeUps.next < until) until = wakeUps.next;
        wanted = heard && flow.wantsAnySyn;
      }
      const ports = plainPorts(view, o);
      const isn = plainIsn(view, o);
      const info = plainTtl(view, o) | (plainPayload(view, o) << 8);
      const server = plainDestination(view, o);
      let line = table.openPlain(hash, false, ports, isn, info, options, client, server, time, i);
      if (line < 0 && !lone.holdsPlain(hash, ports, client, server)) {
        line = table.openPlain(hash, true, ports, isn, info, options, client, server, time, i);
      }
      if (line < 0) {
        // Known, or no place in the ring: the common way, which sets deadlines of its own.
        clock.moveOn(time[i]);
        lone.judgeUntil(time[i], silent);
        flow.hashed(decoded ? this.decoder.segment : this.decode(frames, i, o), hash, time[i]);
        i++;
        break;
      }
      opened++;
      if (told) {
        clock.moveOn(time[i]);
        flow.tellSyn(table.show(line), this.decoder.segment, time[i]);
        wanted = flow.wantsAnySyn;
        if (wakeUps.next < until) until = wakeUps.next;
      }
    }
    if (i === from) return from;
    traits.attempts += opened;
    clock.moveOn(time[i - 1]);
    lone.judgeUntil(time[i - 1], silent);
    return i;
  }

  private decode({ bytes, offset, captured, wire }: Frames, i: number, at: number): Segment {
    const linkType = plainLinkType(at, offset[i]);
    this.decoder.decode(bytes, offset[i], captured[i], wire[i], linkType);
    return this.decoder.segment;
  }
}
