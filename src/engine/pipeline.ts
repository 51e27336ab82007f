import { FORESEEN_FROM } from '../flow/rules.ts';
import { FlowStage } from '../flow/flow-stage.ts';
import type { FlowListener } from '../flow/listener.ts';
import { FAR_AHEAD, SynRun } from '../flow/syn-run.ts';
import type { Micros, Vantage } from '../model/attempt.ts';
import type { CaptureFacts, CaptureInterface, FrameBatch, Missing } from '../plugin/api.ts';
import { EndpointBook } from '../verdict/endpoint-book.ts';
import { Decoder } from '../wire/decoder.ts';
import { LINKTYPE_ETHERNET } from '../wire/link-types.ts';
import { isBulk, plainPorts, plainTcpFlags } from '../wire/quick.ts';
import { KIND_ICMP, KIND_NONE } from '../wire/segment.ts';
import { Teller } from '../telling/teller.ts';
import { captureNotices } from './capture-notices.ts';
import type { FrameWatcher } from './frame-watcher.ts';
import { bytesOnWire, leaps } from './frame-times.ts';
import { Inlets } from './inlet.ts';
import type { Inlet } from './inlet.ts';
import { emptyIntake } from './intake.ts';
import { Lookahead } from './lookahead.ts';
import type { AnalyserNode, Held } from './nodes.ts';
import type { OwnMachine } from './own-machine.ts';
import { Sights } from './sights.ts';
import { lostAnswers, Unseen } from './unseen.ts';
import { WakeUps } from './wake-ups.ts';
import type { Withdrawal } from './withdrawal.ts';

export interface PipelineOptions {
  /** Id of the source, for the records. */
  readonly source: string;
  readonly table: number;
  readonly vantage: Vantage | null;
  /** Packets come as they pass: there is no end to wait for, and what analysers learn is kept over restarts. */
  readonly live: boolean;
}

/** Places in `reached`: the newest frame's time, and when something falls due. */
const NEWEST = 0;
const DUE = 1;

/**
 * A source's way through the engine: decode, flow stage, analysers, endpoint
 * verdicts. Capture time is its only clock. All live sources go one way
 * together: what one interface sends, another may receive.
 */
export class Pipeline implements CaptureFacts {
  readonly decoder = new Decoder();
  readonly flow: FlowStage;
  readonly book: EndpointBook;
  readonly unseen = new Unseen();
  readonly sights = new Sights();
  /** Incidents that wait to be told; `null` where they don't. */
  readonly held: Held[] | null;
  /** One a source; a file has its pipeline for itself, live sources share theirs. */
  readonly inlets: Inlets;
  /** Between what tells incidents and the sinks. */
  readonly teller: Teller;
  readonly intake = emptyIntake();
  readonly filters: string[] = [];
  own: OwnMachine | undefined;
  readonly finite: boolean;

  /** Id of the source; of several live ones, the first. */
  readonly source: string;
  /** Those of the inlet that frames come from now. */
  private linkTypes = new Int32Array(0);
  /** Packets' own times, in an array so that they are never boxed: see NEWEST and DUE. */
  private readonly reached = new Float64Array(2);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly ahead = new Lookahead();
  private readonly synRun: SynRun;
  private analysers: readonly AnalyserNode[] = [];
  /** Some sink wants every attempt. */
  private wantsLone = false;
  private draws: FlowListener['packet'];
  private watcher: FrameWatcher | undefined;
  private readonly wakeUps = new WakeUps();

  private readonly listener: FlowListener = {
    hearsAll: false,
    lone: (view) => {
      if (!this.skipsLone) return false;
      if (view.at >= this.wakeUps.next) this.wakeUps.run(view.at);
      this.own?.loneSyn(view);
      this.book.attempt(view);
      return true;
    },
    lones: (ring, lines, from, count, at) => {
      if (!this.skipsLone) return from;
      if (at >= this.wakeUps.next) this.wakeUps.run(at);
      return this.book.lones(ring, lines, from, count);
    },
    changed: (view) => {
      // What an analyser waited for came before this, if no packet told it yet.
      if (view.at >= this.wakeUps.next) this.wakeUps.run(view.at);
      if (view.final && view.lone) this.own?.loneSyn(view);
      this.inlets.all[view.origin].outlets.attempt(view);
    },
  };

  constructor(options: PipelineOptions) {
    this.source = options.source;
    this.finite = !options.live;
    this.held = options.live ? [] : null;
    this.inlets = new Inlets({ id: options.source, vantage: options.vantage }, this.held);
    this.teller = new Teller(options.source, (time) => this.wakeAt(time));
    this.wakeUps.arrange([this.teller]);
    this.flow = new FlowStage(
      {
        origins: this.inlets.all,
        capacity: options.table,
        // Live sources leave bare ACKs in the kernel.
        hidesAcks: options.live,
      },
      this.listener,
    );
    this.synRun = new SynRun(this.flow, this.decoder);
    this.book = new EndpointBook(options.source, (message) => this.inlets.emit(message));
  }

  get icmpSeen(): boolean {
    return this.decoder.icmpPackets > 0;
  }

  get chain(): readonly AnalyserNode[] {
    return this.analysers;
  }

  /**
   * Analysers in the order that data takes. Between two batches: whoever read
   * from here, or from one of these, is forgotten, and is to be connected anew.
   */
  setAnalysers(analysers: readonly AnalyserNode[]): void {
    this.analysers = analysers;
    this.wakeUps.arrange([...analysers, this.teller]);
    for (const { outlets } of this.inlets.all) outlets.clear();
    for (const analyser of analysers) analyser.outlets.clear();
    this.listener.hearsAll = false;
    this.wantsLone = false;
    // A live source's own machine wants to know of those that stay unanswered.
    const hear = !this.finite || analysers.some((analyser) => analyser.hearsSyns);
    this.listener.syn = hear ? (view) => this.inlets.syn(view) : undefined;
  }

  /** Its sources capture on a machine that can be asked. */
  set ownMachine(own: OwnMachine) {
    this.own = own;
    this.book.explain = (server, since) => own.explain(server, since);
  }

  /** Last words of analysers that are taken out while the source goes on. */
  dismiss(analysers: readonly AnalyserNode[], why: Withdrawal): void {
    const now = Number.isNaN(this.intake.last) ? 0 : this.intake.last;
    for (const analyser of analysers) {
      analyser.end(now, why(analyser.component));
      analyser.close();
    }
  }

  /** Hands each packet of each attempt to who draws them; before the first frame. */
  drawPackets(packet: NonNullable<FlowListener['packet']>): void {
    this.draws = packet;
    this.listener.packet = packet;
  }

  /** Nobody but the book wants to hear of lone SYNs just now. */
  private get skipsLone(): boolean {
    return !this.wantsLone && this.analysers.every((analyser) => analyser.skipsLone);
  }

  /** An analyser asks to be woken. */
  wakeAt(time: Micros): void {
    this.wakeUps.ask(time);
  }

  /** Someone wants each change of each attempt. */
  hearAll(): void {
    this.listener.hearsAll = true;
  }

  /** Someone wants the last word on every attempt, lone SYNs too. */
  hearLone(): void {
    this.wantsLone = true;
  }

  /**
   * Takes a batch of frames, in order.
   * @param watcher who looks at these frames, too
   * @param inlet where they come in
   */
  process(
    batch: FrameBatch,
    interfaces: readonly CaptureInterface[],
    watcher?: FrameWatcher,
    inlet = this.inlets.all[0],
  ): void {
    if (interfaces.length !== inlet.linkTypes.length) this.learn(inlet, interfaces);
    this.linkTypes = inlet.linkTypes;
    this.flow.table.origin = this.inlets.all.indexOf(inlet);
    if (watcher !== this.watcher) this.watch(watcher);
    const { count, time } = batch;
    if (count === 0) return;
    const { intake, reached, flow } = this;
    if (Number.isNaN(intake.first)) intake.first = time[0];
    const view = this.viewOf(batch.bytes);
    this.ahead.begin(count);
    reached[NEWEST] = intake.last;
    reached[DUE] = this.nextDue();
    for (let i = this.passBulk(batch, view, 0); i < count; i = this.passBulk(batch, view, i)) {
      const next = this.takeSyns(batch, view, i);
      if (next > i) {
        i = next;
        continue;
      }
      const kind = this.take(batch, i);
      if (watcher !== undefined && kind !== KIND_NONE) {
        watcher.frame(batch, i, this.decoder.segment, interfaces[batch.iface[i]]);
      }
      i++;
    }
    flow.clock.moveOn(reached[NEWEST]);
    const bytes = bytesOnWire(batch);
    inlet.bytes += bytes;
    inlet.frames += count;
    intake.bytes += bytes;
    intake.frames += count;
    intake.last = reached[NEWEST];
  }

  /**
   * Passes over frames that concern no attempt and make nothing fall due. The
   * loop holds nothing but typed arrays and small integers, so that no number
   * is boxed.
   * @returns the index of the first frame from `from` on that is to be taken in full
   */
  private passBulk(batch: FrameBatch, view: DataView, from: number): number {
    const { offset, captured, wire, time, iface, count } = batch;
    const { reached, linkTypes } = this;
    const { table } = this.flow;
    let newest = reached[NEWEST];
    const due = reached[DUE];
    let i = from;
    for (; i < count; i++) {
      const at = time[i];
      if (!(at >= newest && at < due && at - newest < FAR_AHEAD)) break;
      if (linkTypes[iface[i]] !== LINKTYPE_ETHERNET) break;
      const flags = plainTcpFlags(view, offset[i], captured[i], wire[i]);
      if (flags < 0 || !isBulk(flags) || table.concerns(plainPorts(view, offset[i]))) break;
      newest = at;
    }
    reached[NEWEST] = newest;
    return i;
  }

  private watch(watcher: FrameWatcher | undefined): void {
    const { draws } = this;
    this.watcher = watcher;
    this.listener.packet =
      watcher === undefined
        ? draws
        : (attempt, kind, fromClient, segment, time) => {
            watcher.packet(attempt, kind, fromClient);
            draws?.(attempt, kind, fromClient, segment, time);
          };
  }

  /**
   * Takes a run of SYNs that open attempts of their own, in a table too large for the caches.
   * @returns the index of the first frame from `from` on that is to be taken in full
   */
  private takeSyns(batch: FrameBatch, view: DataView, from: number): number {
    const { flow, ahead, reached } = this;
    const { table } = flow;
    if (table.used < FORESEEN_FROM) return from;
    if (from >= ahead.to) ahead.look(batch, view, this.linkTypes, from, table);
    if (ahead.known[from] === 0 || flow.clock.wall !== 0 || flow.drawsPackets) return from;
    const until = Math.min(table.timers.nextDue, table.lone.settleDue, this.wakeUps.next);
    const { hashes, known, to } = ahead;
    const next = this.synRun.take(
      batch,
      view,
      hashes,
      known,
      from,
      to,
      reached[NEWEST],
      this.listener.hearsAll ? Math.min(until, table.lone.due) : until,
    );
    if (next === from) return from;
    reached[NEWEST] = batch.time[next - 1];
    reached[DUE] = this.nextDue();
    this.intake.segments += next - from;
    return next;
  }

  /** Takes a frame in full. @returns what it holds: KIND_NONE and so on */
  private take(batch: FrameBatch, i: number): number {
    const { bytes, offset, captured, wire, time, iface } = batch;
    const { decoder, flow, intake, reached } = this;
    const { segment } = decoder;
    const { wall } = flow.clock;
    const at = time[i];
    const newest = reached[NEWEST];
    let t: Micros;
    if (at >= newest && at < reached[DUE] && at - newest < FAR_AHEAD) {
      flow.clock.moveOn(at);
      reached[NEWEST] = at;
      t = flow.clock.now;
    } else if (leaps(batch, i, newest) || (at - newest >= FAR_AHEAD && flow.clock.isAside(at))) {
      flow.clock.step(newest, at);
      t = flow.clock.now;
    } else {
      t = this.arrive(at, newest);
      reached[NEWEST] = flow.clock.wallTime(flow.clock.now);
    }
    const kind = decoder.decode(bytes, offset[i], captured[i], wire[i], this.linkTypes[iface[i]]);
    if (kind !== KIND_NONE) {
      intake.segments++;
      if (kind === KIND_ICMP) flow.icmp(segment, t);
      else if (i < this.ahead.to && this.ahead.known[i] === 1)
        flow.hashed(segment, this.ahead.hashes[i], t);
      else flow.tcp(segment, t);
    }
    if (flow.clock.aside) flow.clock.stepBack(wall);
    reached[DUE] = this.nextDue();
    return kind;
  }

  /** It is `now`, packets' own time, and nothing more has come: what falls due by then falls due. NaN for nothing. */
  advance(now: Micros): void {
    const { intake } = this;
    if (Number.isNaN(now) || now <= intake.last) return;
    this.arrive(now, intake.last);
    intake.last = now;
  }

  /**
   * Packets may have passed unseen since then. What is under way gets its last
   * word, as at the end of a capture, and analysers forget what silence told them.
   */
  lose(since: Micros): void {
    this.flow.end();
    for (const analyser of this.analysers) analyser.blind(since);
  }

  missing(since: Micros): Missing {
    return { ...this.unseen.since(since), answers: lostAnswers(this.flow.traits) };
  }

  /** The source ended: last words, notices about the capture, then endpoints. */
  end(why: Withdrawal = () => null): void {
    const now = Number.isNaN(this.intake.last) ? 0 : this.intake.last;
    this.wakeUps.run(now);
    this.flow.end();
    for (const analyser of this.analysers) analyser.end(now, why(analyser.component));
    this.teller.end(now);
    for (const notice of captureNotices(this, this.source, now)) this.inlets.emit(notice);
    for (const endpoint of this.book.conclude()) this.inlets.emit(endpoint);
  }

  close(): void {
    for (const analyser of this.analysers) analyser.close();
  }

  /**
   * A frame whose time makes something fall due, or lies behind the newest one.
   * @returns its time on the table's clock
   */
  private arrive(at: Micros, newest: Micros): Micros {
    const { flow } = this;
    if (newest > flow.clock.wallTime(flow.clock.now)) flow.clock.moveOn(newest);
    const t = flow.arrive(at);
    if (at >= this.wakeUps.next) this.wakeUps.run(flow.clock.wallTime(flow.clock.now));
    return t;
  }

  private viewOf(bytes: Uint8Array): DataView {
    const { view } = this;
    if (view.buffer === bytes.buffer && view.byteOffset === bytes.byteOffset) {
      if (view.byteLength === bytes.byteLength) return view;
    }
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.view;
  }

  /** When something is due at the latest, packets' own time. */
  private nextDue(): Micros {
    return Math.min(this.flow.clock.wallTime(this.flow.nextDue), this.wakeUps.next);
  }

  private learn(inlet: Inlet, interfaces: readonly CaptureInterface[]): void {
    inlet.linkTypes = Int32Array.from(interfaces, (i) => i.linkType);
    for (const { filter, hidesAcks } of interfaces) {
      if (hidesAcks === true) this.flow.hideAcks();
      if (filter !== null && !this.filters.includes(filter)) this.filters.push(filter);
    }
  }
}
