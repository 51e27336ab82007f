/** An analyser on the plugin's own side of the socket. */
import type {
  Analyser,
  AnalyserDefinition,
  AnalyserHost,
  CaptureFacts,
  JsonValue,
  Memory,
} from '../../plugin/api.ts';
import type { Annotation, Micros } from '../../model/attempt.ts';
import type { Batch, Create, Event, Facts, Kept, Place, ToPlugin } from '../messages.ts';
import { RowBlock, ROW_BYTES } from '../../plugin/segment-rows.ts';
import { SegmentView } from '../../plugin/segment-view.ts';
import type { Places } from '../../plugin/segment-view.ts';
import { ROWS_OF_BATCH } from '../outgoing.ts';
import type { Network } from '../../plugin/network.ts';
import type { Channel } from './channel.ts';
import { ChildClock } from './clock.ts';
import type { Instance } from './host.ts';
import { pluginHost } from './plugin-host.ts';
import { PluginFault } from './load.ts';

/** Messages to the daemon in one frame. */
const EMITTED_TOGETHER = 256;

class RunningAnalyser implements Instance {
  readonly #channel: Channel;
  readonly #analyser: Analyser;
  readonly #clock = new ChildClock((now) => this.#analyser.advance?.(now));
  readonly #remembers: boolean;
  #facts: Facts;
  #emitted: unknown[] = [];
  /** It told an incident in this batch: what it knows of it goes with it. */
  #toldIncident = false;
  #toldAnnotated = false;
  /** Attempts of the present batch so far, and what was noted on them. */
  #attempts = 0;
  #notes: (readonly [index: number, notes: unknown])[] = [];
  /** Rows of the batch that is coming, where doubles can be read; and the next one to be told. */
  readonly #rows = new RowBlock(ROWS_OF_BATCH);
  #row = 0;
  readonly #places: { -readonly [K in keyof Places]: Places[K][number][] } = { sources: [] };
  readonly #view = new SegmentView(this.#rows, this.#places);

  constructor(definition: AnalyserDefinition, create: Create, channel: Channel, network: Network) {
    const { facts, remembered, id } = create;
    if (facts === null) throw new TypeError('an analyser without a capture');
    this.#channel = channel;
    this.#facts = facts;
    this.#remembers = remembered !== null;
    const host: AnalyserHost = {
      ...pluginHost(id, channel, network),
      capture: this.#capture(),
      remembered: remembered === null ? null : memoryFrom(remembered),
      wakeAt: (time) => this.#clock.wakeAt(time),
    };
    this.#analyser = definition.create(create.options as never, host, (message) => {
      this.#toldIncident ||= message.type === 'incident';
      this.#emitted.push(message);
      if (this.#emitted.length >= EMITTED_TOGETHER) this.#sendEmitted();
    });
    const has = (name: keyof Analyser): boolean => this.#analyser[name] !== undefined;
    if (has('save') && definition.remembers === undefined) {
      throw new PluginFault(
        "it has a 'save' and no 'remembers': state the version of what it saves",
      );
    }
    for (const place of create.places ?? []) this.#learn(place);
    const hears = {
      segment: has('segment'),
      syn: has('syn'),
      attempt: has('attempt'),
      notice: has('notice'),
    };
    channel.send({ is: 'ready', hears });
  }

  takeRows(rows: Uint8Array): void {
    new Uint8Array(this.#rows.words.buffer).set(rows);
    this.#rows.rows = rows.length / ROW_BYTES;
    this.#row = 0;
  }

  take(message: ToPlugin): void {
    if (message.is !== 'batch') return;
    this.#facts = message.facts;
    try {
      for (const event of message.events) this.#event(event);
      this.#finish(message);
    } finally {
      // What it told before it failed was told.
      this.#sendEmitted();
    }
  }

  #event(event: Event): void {
    const analyser = this.#analyser;
    switch (event.is) {
      case 'segments':
        this.#segments(event.count);
        break;
      case 'place':
        this.#learn(event);
        break;
      case 'syn':
        this.#clock.reach(event.attempt.at);
        analyser.syn?.(event.attempt);
        break;
      case 'attempt':
        this.#clock.reach(event.attempt.at);
        this.#annotated(analyser.attempt?.(event.attempt));
        break;
      case 'notice':
        analyser.notice?.(event.notice);
        break;
      case 'blind':
        analyser.blind?.(event.since);
        break;
      case 'advance':
        this.#clock.reach(event.now);
        break;
      case 'end':
        this.#clock.reach(event.now);
        analyser.end?.(event.now);
        break;
    }
  }

  #segments(count: number): void {
    const view = this.#view;
    const analyser = this.#analyser;
    const clock = this.#clock;
    for (let i = 0; i < count; i++) {
      view.look(this.#row);
      if (!view.aside) clock.reach(view.time);
      analyser.segment?.(view);
      this.#row += view.rows;
    }
  }

  #learn({ origin, source, interfaces }: Place): void {
    this.#places.sources[origin] = { id: source, interfaces };
  }

  /** Of what it returns, its notes are used. */
  #annotated(annotation: Annotation | undefined): void {
    const index = this.#attempts++;
    if (annotation === undefined || annotation === null) return;
    const { notes, ...rest } = annotation;
    if (notes !== undefined) this.#notes.push([index, notes]);
    if (Object.keys(rest).length === 0 || this.#toldAnnotated) return;
    this.#toldAnnotated = true;
    this.#channel.send({
      is: 'log',
      level: 'warn',
      text: "of what its attempt() returns only 'notes' are used: others have had the attempt by then",
    });
  }

  #finish({ number, save }: Batch): void {
    const kept: Kept[] = [];
    if (this.#remembers && (save !== null || this.#toldIncident)) {
      const memory: Memory = {
        set: (key, value) => kept.push([key, value]),
        delete: (key) => kept.push([key]),
      };
      this.#analyser.save?.(memory, save === 'all');
    }
    this.#toldIncident = false;
    this.#sendEmitted();
    const skipsLone = this.#skipsLone();
    const notes = this.#notes;
    this.#notes = [];
    this.#attempts = 0;
    this.#channel.send({ is: 'done', number, skipsLone, wake: this.#clock.wake, kept, notes });
  }

  /** For all clients alike: the daemon can't ask across of each. */
  #skipsLone(): boolean {
    const analyser = this.#analyser;
    return analyser.skipsLone?.length === 0 && analyser.skipsLone(null);
  }

  #sendEmitted(): void {
    if (this.#emitted.length === 0) return;
    this.#channel.send({ is: 'emit', messages: this.#emitted });
    this.#emitted = [];
  }

  #capture(): CaptureFacts {
    // Read when asked: each batch brings new ones.
    const now = (): Facts => this.#facts;
    return {
      get icmpSeen() {
        return now().icmpSeen;
      },
      get filters() {
        return now().filters;
      },
      get finite() {
        return now().finite;
      },
      missing: (since: Micros) => missingSince(now(), since),
    };
  }
}

function missingSince(
  { answers, unseen }: Facts,
  since: Micros,
): ReturnType<CaptureFacts['missing']> {
  let packets = 0;
  let blind = 0;
  for (const stretch of unseen) {
    if (stretch.to <= since) continue;
    packets += stretch.packets;
    if (stretch.blind) blind += stretch.to - Math.max(stretch.from, since);
  }
  return { packets, blind, answers };
}

function memoryFrom(entries: readonly Kept[]): Map<string, JsonValue> {
  return new Map(entries.map(([key, value]) => [key, value ?? null]));
}

/** Makes the instance, and says that it is ready. */
export function runAnalyser(
  definition: AnalyserDefinition,
  create: Create,
  channel: Channel,
  network: Network,
): Instance {
  return new RunningAnalyser(definition, create, channel, network);
}
