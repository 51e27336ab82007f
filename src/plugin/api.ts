/**
 * The public surface: `import { defineAnalyser } from 'unackd'`. Bundled
 * plugins use nothing else. Version 1.
 */
import type { Annotation, Attempt, Micros } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Segment } from '../model/segment.ts';
import type { CaptureInterface, FrameBatch } from './frames.ts';
import type { JsonValue, Memory } from './memory.ts';
import type { Metering } from './meters.ts';
import type { Network } from './network.ts';
import type { HostProbe, OwnHost } from './own-host.ts';
import type { OptionFault, OptionSpecs, OptionValues } from './options.ts';

export { Gone, OptionError, Refused, RetryLater } from './delivery.ts';
export { keepAttempt, keepSegment } from './keep.ts';
export { PermissionError } from './network.ts';
export type { Connection, ConnectTo, FetchInit, Network, TlsWish } from './network.ts';
export { formatTime, toJsonLine, toRecord } from './record.ts';
export { changeTime, placeOf, summaryOf } from './words.ts';
export type { NameOf } from './words.ts';
export { FrameBatch, HIDES_ACKS } from './frames.ts';
export {
  FILE_HEADER,
  isPossibleRecord,
  LARGEST_RECORD,
  readFileHeader,
  takeRecords,
} from './pcap-records.ts';
export type { RecordFormat } from './pcap-records.ts';
export type { RecordBlock } from './record-block.ts';
export type { CaptureInterface } from './frames.ts';
export type { JsonValue, Memory } from './memory.ts';
export type { Counter, Gauge, Metering } from './meters.ts';
export type { HostProbe, OwnHost } from './own-host.ts';
export type { OptionFault, OptionSpec, OptionSpecs, OptionValues } from './options.ts';
export type * from '../model/attempt.ts';
export type * from '../model/endpoint.ts';
export type * from '../model/explanation.ts';
export type * from '../model/incident.ts';
export type * from '../model/notice.ts';
export { TCP_FLAGS } from '../model/segment.ts';
export type * from '../model/segment.ts';

/** What flows on the edges between components. */
export type Topic = 'segment' | 'attempt' | 'endpoint' | 'incident' | 'notice';

/** What every plugin instance gets from the engine. */
export interface Host extends Network, Metering {
  /** The component's id in the configuration. */
  readonly id: string;
  /** One line on the daemon's log, prefixed with the id. Not for each packet or attempt. */
  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void;
}

export interface SourceHost extends Host {
  /** Tells whoever reads notices of this source: at any time from `create` to `close`. `time` is the capture's. */
  notice(notice: Notice): void;
}

/** What is known of the capture an analyser works on, up to now. */
export interface CaptureFacts {
  /** Any ICMP or ICMPv6 packet at all, errors or not: then no capture filter hides them. */
  readonly icmpSeen: boolean;
  /** Capture filters that the files or interfaces name; empty where unknown. */
  readonly filters: readonly string[];
  /** False for live capture: there is no end to wait for. */
  readonly finite: boolean;
  /** What passed unseen since a time. */
  missing(since: Micros): Missing;
  /** The machine that captures, where the source knows it: never of a file. */
  readonly own?: OwnHost | undefined;
}

/** What a capture did not see of the traffic. */
export interface Missing {
  /** Packets that were dropped in capturing; 0 where nobody counts them. */
  readonly packets: number;
  /**
   * Share of all handshakes so far that worked without their SYN-ACK in the
   * capture; 0 where that are too few for a capture that loses packets.
   */
  readonly answers: number;
  /** Microseconds in which a source was blind; those of now are counted once it sees again. */
  readonly blind: Micros;
}

export interface AnalyserHost extends Host {
  /** May be kept: it shows what is known at the moment that it is asked. */
  readonly capture: CaptureFacts;
  /**
   * What `save` kept before the restart, for `create` to read: it is emptied
   * afterwards. `null` where nothing is kept: for sources that are not live,
   * which tell the same again from their start, and without `remembers`.
   */
  readonly remembered: ReadonlyMap<string, JsonValue> | null;
  /** Asks for `advance` at this capture time; an earlier wish replaces a later one. */
  wakeAt(time: Micros): void;
}

export interface SinkHost extends Host {
  /**
   * Aborted when somebody has asked for the end (SIGTERM, SIGINT): it is to come
   * within a second, whether or not a reader takes what it is given.
   */
  readonly ending: AbortSignal;
  /**
   * What people call a server's port, or, with `port` null, a host: the
   * configuration's `names`, as they are by now. For texts; records have no names.
   */
  nameOf(ip: string, port: number | null): string | undefined;
}

/** What comes with a message to a sink that delivers. */
export interface Delivery {
  /** Of the message: the same in each try and after each restart, so that the receiver can drop doubles. */
  readonly id: string;
  /** Aborted when the engine waits no longer. */
  readonly signal: AbortSignal;
}

/** Packets since the source began, as pcap_stats(3PCAP) counts them. */
export interface CaptureDrops {
  /** Taken by the filter, whether or not they were handed on. */
  readonly received: number;
  /** Dropped by the kernel for want of room in the capture's buffer. */
  readonly kernel: number;
  /** Dropped by the interface or its driver. */
  readonly interface: number;
}

/** A source of frames. Decoding is the engine's. */
export interface Source {
  /** Places of capture found so far; `FrameBatch.iface` is an index into it. It may grow. */
  readonly interfaces: readonly CaptureInterface[];
  /**
   * Called by the engine, one call at a time, whenever it can take more. Fills
   * `batch`; true when there may be more, false at the end (then `batch.count`
   * may still be above 0). A file answers at once; a pipe or an interface may
   * answer with a promise. Throws `InputError` when nothing can be read at all.
   */
  read(batch: FrameBatch): boolean | Promise<boolean>;
  /** The machine it captures on, for a source that does so. */
  readonly host?: HostProbe | undefined;
  /** Bytes read and, where known, bytes in all. */
  progress?(): { done: number; total: number | null };
  /** What the capture itself lost. Asked once a second, and at the end; the counts only grow. */
  drops?(): CaptureDrops;
  /**
   * For a source that buffers what arrives: it takes in nothing more from now
   * on, and `read` goes on to be called until all that was taken in is handed
   * over. At most half a second is left for that. A source without it is read no
   * further.
   */
  stop?(): void;
  /** Called once, also after a failed read; frees what `create` and `read` took. */
  close?(): void | Promise<void>;
}

/** What an analyser does. All times are capture time: the same input gives the same output. */
export interface Analyser {
  /**
   * Each segment that may matter to a handshake, of the sources that it is wired
   * to (`from: [eth0]`, `reads: ['segment']`), in the order of capture, before
   * the attempts that it opens or changes. Called millions of times a second:
   * count here, tell in `advance`. The view is valid until the call returns.
   *
   * Those are: each TCP segment with SYN, RST or FIN; each ICMP error
   * (unreachable, time exceeded, parameter problem), whatever it quotes; and of
   * bare ACKs and data those whose two ports are an undecided attempt's, or share
   * one of 8192 places with them: the end of each handshake, and some others by
   * chance. The same capture gives the same ones. What the source itself leaves
   * out (the kernel's filter of a live one: bare ACKs and data) does not come.
   */
  segment?(segment: Segment): void;
  /** Each SYN of an attempt, the first and the repeated ones, as captured. */
  syn?(attempt: Attempt): void;
  /**
   * Each change of outcome, and the last word. What it returns annotates this
   * update for all that come after. Of a plugin in a process of its own `notes`
   * alone are used, and by sinks that read attempts from it (`from: [mine]`): they
   * get each attempt once it has answered; of a live source after a second at
   * most, or when 8192 wait, then without, which is counted and logged. Analysers
   * behind it get the attempt at once.
   */
  attempt?(attempt: Attempt): Annotation | undefined;
  /**
   * Asked about an attempt of which there is but one SYN, before `syn` hears of
   * that and before the last word where nobody repeated or answered it: true lets
   * the engine leave it out here, if all readers agree. Floods are made of such
   * SYNs. To be answered quickly, and the same both times where it can be. One that
   * takes no argument answers for all clients alike, and is asked about many at once.
   * @param client its IPv4 address as a 32-bit integer (10.0.0.1 is 0x0a000001); `null` of IPv6
   */
  skipsLone?(client: number | null): boolean;
  /** Each notice of what it is wired to, where `reads` has that topic; it may be kept. */
  notice?(notice: Notice): void;
  /**
   * The source brings nothing any more, and did before: answers may have passed
   * unseen since then, so silence that lasted until then proves nothing from here
   * on. Attempts under way have had their last word. Time stands still until
   * packets come again.
   */
  blind?(since: Micros): void;
  /**
   * Capture time reached what `wakeAt` asked for: `now` is that time, and it comes
   * before anything later is told. It ends the wish; a new one made here is to be
   * later than `now`.
   */
  advance?(now: Micros): void;
  /**
   * The source ended, or the daemon stops; `now` is the last packet's time. The
   * last chance to emit. Where `host.remembered` is not null it goes on after
   * the restart: what is undecided is to be left so.
   */
  end?(now: Micros): void;
  /**
   * Gives what has changed since the last time to `memory`. Called where
   * `host.remembered` is not null: every 30 s, after each batch in which it told
   * an incident, before a reload, and after `end`. Packets wait meanwhile: of much
   * only a part may be given, the rest next time, unless `all` is wanted.
   */
  save?(memory: Memory, all: boolean): void;
  /** Called once, after everything else: nothing may be emitted any more. */
  close?(): void;
}

export interface SinkHealth {
  /** It can't write at present. */
  readonly failing: boolean;
  /** Messages let go since the start, for want of room or of a reader. */
  readonly lost: number;
}

/** A sink takes what it is wired to. It must not keep an attempt past the call (see `keepAttempt`). */
export interface Sink {
  /** Each update of each attempt that it is wired to; thousands a second, so put it by and write in `flush`. */
  attempt?(attempt: Attempt): void;
  /** Only attempts' last words are wanted, no changes on the way. */
  readonly finalOnly?: true;
  /** The last words on SYNs that nobody repeated or answered may be left out: floods are made of them. */
  readonly skipsLone?: boolean;
  /** The judgement on each endpoint, once, when its source has ended. May be kept, as all that follows. */
  endpoint?(endpoint: Endpoint): void;
  /** Each change of an incident's state, at once; the later one of the same id counts. */
  incident?(incident: Incident): void;
  /** Each notice, at once. */
  notice?(notice: Notice): void;
  /**
   * For a sink whose receiver may be away. Incidents and notices then come here
   * instead, out of the outbox: on disk before any sink is told of them, one call
   * at a time, in their order, until taken. The promise resolves when the
   * receiver has taken the message; it rejects with `Refused` (set aside, the
   * next one follows), `Gone` (no more to this sink), `RetryLater` or anything
   * else (the same again, with backoff). A kill may cost the answer: then the
   * same message comes again under the same id.
   */
  deliver?(message: Incident | Notice, delivery: Delivery): Promise<void>;
  /** What may wait for `deliver` at most; over that the oldest go first, and a notice says so. Default 100,000 and 64 MiB. */
  readonly queue?: { readonly messages: number; readonly bytes: number };
  /** Called after each batch of frames and at the end: write out what is buffered. The source waits for the promise. */
  flush?(): void | Promise<void>;
  /** Closes its files and opens them again under their names: somebody (logrotate) has moved them away. */
  reopen?(): void;
  /** How it is doing, for status and metrics. */
  health?(): SinkHealth;
  /** Called once, after the last flush. */
  close?(): void | Promise<void>;
}

/**
 * Tells an endpoint, an incident or a notice to whoever reads from the analyser:
 * from any of its calls but `close`. Only what `emits` declares. The message is
 * not to be changed afterwards.
 */
export type Emit = (message: Endpoint | Incident | Notice) => void;

interface Definition<O extends OptionSpecs> {
  readonly api: 1;
  /** As the configuration names it in `use`. */
  readonly name: string;
  /** One line for `unackd list`. */
  readonly doc: string;
  readonly options: O;
  /**
   * What only the plugin can judge, such as a filter's syntax: called by
   * `check`, at each start and reload. Each option is sound by itself; one that
   * is not is told already, and here as if it were left out. Opens nothing,
   * needs no rights, and does not wait.
   */
  check?(options: OptionValues<O>): readonly OptionFault[];
}

export interface SourceDefinition<O extends OptionSpecs = OptionSpecs> extends Definition<O> {
  readonly kind: 'source';
  /**
   * It reads what passes by now: there is no end to wait for, and no other
   * source waits for its turn. Its `read` returns twice a second at least, be it
   * with no frame, and then says the time in `batch.now`. All live sources
   * together have one table, one clock and one set of analysers, and what those
   * learn is kept across restarts.
   */
  readonly live?: true;
  /** Opens nothing heavy: that is for the first `read`. */
  create(options: OptionValues<O>, host: SourceHost): Source;
}

export interface AnalyserDefinition<O extends OptionSpecs = OptionSpecs> extends Definition<O> {
  readonly kind: 'analyser';
  /** Topics that it can be wired to. */
  readonly reads: readonly Topic[];
  /** Topics that `emit` is called with; attempts are handed on anyway. */
  readonly emits: readonly Topic[];
  /** Version of what `save` keeps, for who has one. What another version kept is dropped, and that is said. */
  readonly remembers?: number;
  /** Called once for each source that reads files, and once for all live ones; state belongs in here, not beside it. */
  create(options: OptionValues<O>, host: AnalyserHost, emit: Emit): Analyser;
}

/** Where a sink's messages go. */
export type Receiver =
  | { readonly kind: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'tls';
      readonly host: string;
      readonly port: number;
      /** PEM file of the authorities to trust, in place of the system's. */
      readonly ca?: string | undefined;
    }
  | { readonly kind: 'unix' | 'file'; readonly path: string };

export interface SinkDefinition<O extends OptionSpecs = OptionSpecs> extends Definition<O> {
  readonly kind: 'sink';
  /** Topics that it can be wired to: all but `segment`. */
  readonly reads: readonly Topic[];
  /** Where its messages go, for who asks whether that can be reached (`unackd doctor`). Opens nothing. */
  receiver?(options: OptionValues<O>): Receiver;
  /** Called once, before the sources begin; opens what it writes to, and throws `OutputError` where it can't. */
  create(options: OptionValues<O>, host: SinkHost): Sink;
}

export type PluginDefinition = SourceDefinition | AnalyserDefinition | SinkDefinition;

type Draft<D extends { kind: string }> = Omit<D, 'kind'>;

/** Declares a source; the engine decodes what it reads. */
export function defineSource<const O extends OptionSpecs>(
  draft: Draft<SourceDefinition<O>>,
): SourceDefinition {
  return { kind: 'source', ...draft } as unknown as SourceDefinition;
}

/** Declares an analyser; attempts pass on to whoever names it, annotated. */
export function defineAnalyser<const O extends OptionSpecs>(
  draft: Draft<AnalyserDefinition<O>>,
): AnalyserDefinition {
  return { kind: 'analyser', ...draft } as unknown as AnalyserDefinition;
}

/** Declares a sink. */
export function defineSink<const O extends OptionSpecs>(
  draft: Draft<SinkDefinition<O>>,
): SinkDefinition {
  return { kind: 'sink', ...draft } as unknown as SinkDefinition;
}

/** Nothing can be read, or not as a capture; `exitCode` follows sysexits: 65 data, 66 no input, 77 permission. */
export class InputError extends Error {
  readonly exitCode: 65 | 66 | 77;
  /** @param message one line: what, and what to do */
  constructor(exitCode: 65 | 66 | 77, message: string) {
    super(message);
    this.name = 'InputError';
    this.exitCode = exitCode;
  }
}

/** A sink can't write: disk full, no permission, not a database. Exit code 74 (77 without permission). */
export class OutputError extends Error {
  readonly exitCode: 74 | 77;
  constructor(exitCode: 74 | 77, message: string) {
    super(message);
    this.name = 'OutputError';
    this.exitCode = exitCode;
  }
}
