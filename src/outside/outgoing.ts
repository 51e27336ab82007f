/** What waits to be sent to an analyser: events in their order, with the rows of segments between them. */
import { RowBlock, writeRow } from '../plugin/segment-rows.ts';
import type { Segment } from '../wire/segment.ts';
import type { Event, Hears } from './messages.ts';

/** Events of a batch: enough that what a message costs does not count. */
const EVENTS_OF_BATCH = 512;
/** Rows of a batch: with its events most often one read of a socket, which takes 64 KiB. */
export const ROWS_OF_BATCH = 1000;

/** Something that it misses if it doesn't get it. */
export function isData({ is }: Event): boolean {
  return is === 'syn' || is === 'attempt' || is === 'notice' || is === 'blind';
}

/** One batch to come. */
export interface Parcel {
  readonly events: Event[];
  block: RowBlock | null;
  segments: number;
}

export class Outgoing {
  readonly #parcels: Parcel[] = [];
  /** Blocks that were sent, to be filled again. */
  readonly #free: RowBlock[] = [];
  /** The last event, while segments follow one another. */
  #run: { readonly is: 'segments'; count: number } | null = null;
  /** Events that wait, without segments. */
  events = 0;
  /** Blocks that wait or are under way. */
  blocks = 0;

  get isEmpty(): boolean {
    return this.#parcels.length === 0;
  }

  /** @returns whether a whole batch waits */
  push(event: Event): boolean {
    const parcel = this.#last();
    parcel.events.push(event);
    this.#run = null;
    this.events++;
    return parcel.events.length >= EVENTS_OF_BATCH;
  }

  /**
   * A segment, at its place among the events.
   * @param most blocks that there may be
   * @returns -1 for no room, else whether a whole batch waits: 1 or 0
   */
  row(
    s: Segment,
    times: Float64Array,
    i: number,
    place: number,
    aside: boolean,
    most: number,
  ): number {
    let parcel = this.#last();
    if (parcel.block === null || !parcel.block.hasRoom) {
      if (this.blocks >= most) return -1;
      if (parcel.block !== null) parcel = this.#open();
      parcel.block = this.#free.pop() ?? new RowBlock(ROWS_OF_BATCH);
      parcel.block.rows = 0;
      this.blocks++;
    }
    const { block } = parcel;
    writeRow(block, s, times, i, place, aside);
    parcel.segments++;
    if (this.#run === null) {
      this.#run = { is: 'segments', count: 0 };
      parcel.events.push(this.#run);
    }
    this.#run.count++;
    return block.hasRoom ? 0 : 1;
  }

  /** The next batch. It is the sender's now; its block is given back. */
  take(): Parcel {
    const parcel = this.#parcels.shift() ?? { events: [], block: null, segments: 0 };
    if (this.#parcels.length === 0) this.#run = null;
    for (const { is } of parcel.events) if (is !== 'segments') this.events--;
    return parcel;
  }

  /** It is answered, or lost: its block can be filled again. */
  giveBack({ block }: Parcel): void {
    if (block === null) return;
    this.#free.push(block);
    this.blocks--;
  }

  /** Leaves out what an analyser has no method for. */
  keepWhat(hears: Hears): void {
    for (const parcel of this.#parcels) {
      const { events } = parcel;
      const kept = events.filter(({ is }) => {
        if (is === 'segments') return hears.segment;
        return !(is in hears) || hears[is as keyof Hears];
      });
      events.splice(0, events.length, ...kept);
      if (hears.segment) continue;
      this.giveBack(parcel);
      parcel.block = null;
      parcel.segments = 0;
    }
    this.#run = null;
    this.#count();
  }

  /** All of it is lost. @returns events and segments that it would have had */
  clear(): { readonly events: number; readonly segments: number } {
    const sum = { events: 0, segments: 0 };
    for (const parcel of this.#parcels.splice(0)) {
      sum.events += parcel.events.filter((event) => isData(event)).length;
      sum.segments += parcel.segments;
      this.giveBack(parcel);
    }
    this.#run = null;
    this.#count();
    return sum;
  }

  #count(): void {
    this.events = this.#parcels.reduce(
      (sum, { events }) => sum + events.filter(({ is }) => is !== 'segments').length,
      0,
    );
  }

  #last(): Parcel {
    const last = this.#parcels.at(-1);
    return last === undefined || last.events.length >= EVENTS_OF_BATCH ? this.#open() : last;
  }

  #open(): Parcel {
    const parcel: Parcel = { events: [], block: null, segments: 0 };
    this.#parcels.push(parcel);
    this.#run = null;
    return parcel;
  }
}
