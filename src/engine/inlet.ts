import type { AttemptView, Origin } from '../flow/view.ts';
import type { Vantage } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Notice } from '../model/notice.ts';
import type { Held } from './nodes.ts';
import { Outlets } from './nodes.ts';
import type { OwnMachine } from './own-machine.ts';
import { SegmentFeed } from './segment-feed.ts';

/** Where one source's frames come into a pipeline, and its attempts go out. */
export class Inlet implements Origin {
  readonly id: string;
  vantage: Vantage | null;
  /** The machine that it captures on. */
  own: OwnMachine | null = null;
  /** Readers of the attempts whose first SYN came from here, and of what the engine says of the source. */
  readonly outlets: Outlets;
  /** Hands its segments to their readers. */
  readonly segments: SegmentFeed;
  /** By index of its interfaces. */
  linkTypes = new Int32Array(0);
  frames = 0;
  bytes = 0;

  /** @param origin its index among the pipeline's */
  constructor(origin: number, { id, vantage }: Origin, held: Held[] | null) {
    this.id = id;
    this.vantage = vantage;
    this.outlets = new Outlets(held);
    this.segments = new SegmentFeed(origin, id, this.outlets.segments);
  }
}

/** Those of one pipeline: of a file one, of live sources all; in order of declaration. */
export class Inlets {
  readonly all: Inlet[];
  private readonly held: Held[] | null;

  constructor(first: Origin, held: Held[] | null) {
    this.held = held;
    this.all = [new Inlet(0, first, held)];
  }

  find(id: string): Inlet | undefined {
    return this.all.find((inlet) => inlet.id === id);
  }

  /** One more source, or one that came back with another vantage. Readers are to be connected anew. */
  join(origin: Origin): void {
    const known = this.find(origin.id);
    if (known === undefined) this.all.push(new Inlet(this.all.length, origin, this.held));
    else known.vantage = origin.vantage;
  }

  /** A SYN of an attempt, to the readers of its source. */
  syn(view: AttemptView): void {
    const { own, outlets } = this.all[view.origin];
    own?.syn(view);
    outlets.syn(view);
  }

  /** Says what concerns the whole pipeline, once to each who reads from any of its sources. */
  emit(message: Endpoint | Notice): void {
    if (message.type === 'endpoint') {
      const readers = new Set(this.all.flatMap(({ outlets }) => outlets.endpoints));
      for (const reader of readers) reader.endpoint?.(message);
    } else {
      const readers = new Set(this.all.flatMap(({ outlets }) => outlets.notices));
      for (const reader of readers) reader.notice?.(message);
    }
  }
}
