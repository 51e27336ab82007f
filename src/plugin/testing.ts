/**
 * What tests of plugins begin from: `import { attempt, tryAnalyser } from 'unackd/testing'`.
 * A made-up engine around one plugin: hand-made attempts in, what comes of them
 * out. For whole captures there is `unackd plugin check --capture`.
 */
import { networkHere } from '../outside/net/here.ts';
import { callsOf } from './network.ts';
import type {
  Analyser,
  AnalyserDefinition,
  Annotation,
  Attempt,
  CaptureFacts,
  Endpoint,
  Incident,
  Micros,
  Notice,
  Segment,
  Sink,
  SinkDefinition,
  SourceDefinition,
} from './api.ts';
import { TCP_FLAGS } from '../model/segment.ts';
import { FrameBatch } from './frames.ts';
import { Meters } from './meters.ts';
import type { Metering } from './meters.ts';
import { decodeWritten, type Written } from './conformance/defaults.ts';
import { Checked, Refusal } from './checked.ts';

export { samplePackets } from './conformance/sample.ts';
export type { Written } from './conformance/defaults.ts';

/** Options as a configuration has them (`'30s'`, `'10MiB'`); what is left out takes its default. */
export type WrittenOptions = Readonly<Record<string, Written>>;

const SECOND = 1_000_000;

/** 2026-09-21T14:13:20Z: when attempts begin that say nothing else. */
export const START: Micros = 1_790_000_000 * SECOND;

/** What may be said of a made-up attempt: seconds from {@link START} instead of times. */
export interface AttemptDraft extends Partial<Omit<Attempt, 'type' | 'time' | 'at'>> {
  /** Seconds from START to the first SYN; default 0. */
  readonly begins?: number;
  /** Seconds from the first SYN to this update; default that of the answer, or of the last SYN. */
  readonly after?: number;
}

/** An attempt that 10.1.0.1:8000 answered after 20 ms, but for what the draft says. */
export function attempt(draft: AttemptDraft = {}): Attempt {
  const { begins = 0, after, ...rest } = draft;
  const offsets = rest.syn_offsets ?? [0];
  const answered = rest.outcome === undefined || rest.outcome === 'established';
  const answeredAfter =
    rest.answered_after ?? (answered ? offsets[offsets.length - 1] + 0.02 : null);
  const time = START + Math.round(begins * SECOND);
  const lasts = after ?? answeredAfter ?? offsets[offsets.length - 1];
  return {
    client: { ip: '10.2.0.1', port: 40626 },
    server: { ip: '10.1.0.1', port: 8000 },
    isn: 274725390,
    outcome: 'established',
    final: true,
    syns: offsets.length,
    syn_offsets: offsets,
    schedule: { family: null, gave_up: false, next_due: null },
    icmp: null,
    vantage: 'client',
    source: 'test',
    community_id: '1:',
    one_way: false,
    inferred: false,
    hidden_refusal: false,
    ...rest,
    type: 'attempt',
    answered_after: answeredAfter,
    time,
    at: time + Math.round(lasts * SECOND),
  };
}

/** What may be said of a made-up incident: seconds from {@link START} instead of times. */
export interface IncidentDraft extends Partial<
  Omit<Incident, 'type' | 'started_at' | 'detected_at' | 'resolved_at'>
> {
  /** Seconds from START to the first SYN that went unanswered; default 0. */
  readonly begins?: number;
  /** Seconds from that until it was told; default 5. */
  readonly detected?: number;
  /** Seconds from that until it was over; left out, it is firing. */
  readonly lasts?: number;
}

/** A black hole at 10.1.0.1:8000 that fires, but for what the draft says; `lasts` resolves it. */
export function incident(draft: IncidentDraft = {}): Incident {
  const { begins = 0, detected = 5, lasts, ...rest } = draft;
  const start = START + Math.round(begins * SECOND);
  return {
    id: '5af4c1d20b7e9386',
    kind: 'black-hole',
    state: lasts === undefined ? 'firing' : 'resolved',
    scope: { kind: 'port', ip: '10.1.0.1', port: 8000, prefix: null },
    confidence: 0.9999,
    causes: [],
    evidence: {},
    superseded_by: null,
    ...rest,
    type: 'incident',
    started_at: start,
    detected_at: start + Math.round(detected * SECOND),
    resolved_at: lasts === undefined ? null : start + Math.round(lasts * SECOND),
  };
}

type Message = Endpoint | Incident | Notice;

/** What may be said of a made-up segment: seconds from {@link START} instead of a time. */
export interface SegmentDraft extends Partial<Omit<Segment, 'type' | 'time'>> {
  /** Seconds from START; default 0. */
  readonly begins?: number;
}

/** A SYN of 10.2.0.1:40626 to 10.1.0.1:8000, but for what the draft says. */
export function segment(draft: SegmentDraft = {}): Segment {
  const { begins = 0, ...rest } = draft;
  const from = rest.from ?? { ip: '10.2.0.1', port: 40626 };
  const to = rest.to ?? { ip: '10.1.0.1', port: 8000 };
  return {
    kind: 'syn',
    source: 'test',
    interface: 'eth0',
    from,
    to,
    from_port: from.port,
    to_port: to.port,
    from_key: `${from.ip} ${from.port}`,
    to_key: `${to.ip} ${to.port}`,
    from_ip_key: from.ip,
    to_ip_key: to.ip,
    ttl: 64,
    flags: TCP_FLAGS.syn,
    seq: 274725390,
    ack: 0,
    window: 64240,
    payload: 0,
    mss: 1460,
    window_scale: 7,
    sack_permitted: true,
    timestamps: null,
    fast_open: false,
    syn_layout: 0,
    icmp: null,
    ...rest,
    type: 'segment',
    time: START + Math.round(begins * SECOND),
  };
}

function metersOf({ counter, gauge } = new Meters()): Metering {
  return { counter, gauge };
}

/** An analyser on trial. */
export interface AnalyserTrial {
  readonly analyser: Analyser;
  /** All that it emitted, in order. */
  readonly messages: readonly Message[];
  /** Those of them that are notices. */
  readonly notices: readonly Notice[];
  /** What it wrote to its log. */
  readonly logged: readonly string[];
  /** Its counters and gauges by now, by name. */
  readonly meters: Readonly<Record<string, number>>;
  /** Hands it a segment; time goes on to the segment's first. */
  segment(segment: Segment): void;
  /** Hands it an attempt; time goes on to the attempt's `at` first, and `advance` runs where it is due. */
  attempt(attempt: Attempt): Annotation | undefined;
  syn(attempt: Attempt): void;
  /** Time goes on to so many seconds after START; `advance` runs where it is due. */
  advance(seconds: number): void;
  /** The capture ends at the time reached. */
  end(): void;
}

/**
 * An analyser with these options in a made-up engine.
 * @param capture what it is told of the capture, where a test wants to say so
 * @param net where it may connect to, as in `permissions`: real connections, `['127.0.0.1:8086']`
 * @throws Error for options that a configuration could not have, and when it emits what is no message
 */
export function tryAnalyser(
  definition: AnalyserDefinition,
  options: WrittenOptions = {},
  capture: Partial<CaptureFacts> = {},
  net: readonly string[] = [],
): AnalyserTrial {
  const checked = new Checked(null, definition.emits);
  const messages: Message[] = [];
  const logged: string[] = [];
  const meters = new Meters();
  let wake = Number.POSITIVE_INFINITY;
  let now: Micros = START;
  const analyser = definition.create(
    decodeWritten(definition.options, options, process.cwd()) as never,
    {
      ...callsOf(networkHere(net)),
      id: definition.name,
      remembered: null,
      capture: {
        icmpSeen: false,
        filters: [],
        finite: true,
        missing: () => ({ packets: 0, answers: 0, blind: 0 }),
        ...capture,
      },
      ...metersOf(meters),
      log: (level, text) => void logged.push(`${level}: ${text}`),
      wakeAt: (time) => {
        wake = Math.min(wake, time);
      },
    },
    (message) => {
      const made = checked.check(message);
      if (made instanceof Refusal) throw made;
      messages.push(made);
    },
  );
  const goOn = (time: Micros): void => {
    while (wake <= time) {
      now = Math.max(now, wake);
      wake = Number.POSITIVE_INFINITY;
      analyser.advance?.(now);
    }
    now = Math.max(now, time);
  };
  return {
    analyser,
    messages,
    logged,
    get notices() {
      return messages.filter((message) => message.type === 'notice');
    },
    get meters() {
      return Object.fromEntries(Array.from(meters.all, ({ name, value }) => [name, value]));
    },
    segment(one) {
      goOn(one.time);
      analyser.segment?.(one);
    },
    attempt(one) {
      goOn(one.at);
      return analyser.attempt?.(one);
    },
    syn(one) {
      goOn(one.at);
      analyser.syn?.(one);
    },
    advance: (seconds) => goOn(START + Math.round(seconds * SECOND)),
    end: () => analyser.end?.(now),
  };
}

/**
 * A sink with these options.
 * @param folder absolute; relative paths in options start here
 * @param net where it may connect to, as in `permissions`: real connections, `['127.0.0.1:8086']`
 * @throws Error for options that a configuration could not have
 */
export function trySink(
  definition: SinkDefinition,
  options: WrittenOptions,
  folder = process.cwd(),
  net: readonly string[] = [],
): Sink {
  return definition.create(decodeWritten(definition.options, options, folder) as never, {
    ...callsOf(networkHere(net)),
    id: definition.name,
    ...metersOf(),
    log: () => undefined,
    ending: new AbortController().signal,
    nameOf: () => undefined,
  });
}

/** A frame as a source handed it over. */
export interface TriedFrame {
  readonly time: Micros;
  readonly bytes: Uint8Array;
  /** Bytes that it had on the wire. */
  readonly wire: number;
  readonly linkType: number;
}

/** What a source brought. */
export interface TriedSource {
  readonly frames: readonly TriedFrame[];
  readonly notices: readonly Notice[];
}

/**
 * Reads a source to its end, and closes it.
 * @param folder absolute; relative paths in options start here
 * @param net where it may connect to, as in `permissions`: real connections, `['127.0.0.1:8086']`
 * @throws what the source throws, and Error for options that a configuration could not have
 */
export async function trySource(
  definition: SourceDefinition,
  options: WrittenOptions,
  folder = process.cwd(),
  net: readonly string[] = [],
): Promise<TriedSource> {
  const notices: Notice[] = [];
  const source = definition.create(decodeWritten(definition.options, options, folder) as never, {
    ...callsOf(networkHere(net)),
    id: definition.name,
    ...metersOf(),
    log: () => undefined,
    notice: (notice) => void notices.push(notice),
  });
  const frames: TriedFrame[] = [];
  const batch = new FrameBatch();
  try {
    for (let more = true; more;) {
      batch.count = 0;
      more = await source.read(batch);
      for (let i = 0; i < batch.count; i++) {
        const from = batch.offset[i];
        frames.push({
          time: batch.time[i],
          bytes: batch.bytes.slice(from, from + batch.captured[i]),
          wire: batch.wire[i],
          linkType: source.interfaces[batch.iface[i]].linkType,
        });
      }
    }
  } finally {
    await source.close?.();
  }
  return { frames, notices };
}
