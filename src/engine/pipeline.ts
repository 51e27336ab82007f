import { FlowStage } from '../flow/flow-stage.ts';
import type { FlowListener } from '../flow/listener.ts';
import { CLIENT, INFO, IS_V6, WORDS } from '../flow/lone-lines.ts';
import type { LoneRing } from '../flow/lone-ring.ts';
import type { Micros, Vantage } from '../model/attempt.ts';
import type { CaptureFacts, CaptureInterface, FrameBatch, Missing } from '../plugin/api.ts';
import { EndpointBook } from '../verdict/endpoint-book.ts';
import { Decoder } from '../wire/decoder.ts';
import { Teller } from '../telling/teller.ts';
import { captureNotices } from './capture-notices.ts';
import type { FrameWatcher } from './frame-watcher.ts';
import { bytesOnWire } from './frame-times.ts';
import { FramePath } from './frame-path.ts';
import { Inlets } from './inlet.ts';
import type { Inlet } from './inlet.ts';
import { emptyIntake } from './intake.ts';
import { LoneSkips } from './lone-skips.ts';
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

/** Batches of a file after which answers are waited for: the others' work goes on beside. */
const EXCHANGES = 4;

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
  private readonly path: FramePath;
  private analysers: readonly AnalyserNode[] = [];
  /** Some sink wants every attempt. */
  private wantsLone = false;
  /** Of last words, and of those who hear SYNs. */
  private skips = new LoneSkips([]);
  private synSkips = new LoneSkips([]);
  private draws: FlowListener['packet'];
  private watcher: FrameWatcher | undefined;
  private readonly wakeUps = new WakeUps();
  private exchanged = 0;

  private readonly listener: FlowListener = {
    hearsAll: false,
    lone: (view) => {
      if (this.wantsLone || !this.skips.skips(view.v6 === 0 ? view.clientWord(0) : null)) {
        return false;
      }
      if (view.at >= this.wakeUps.next) this.wakeUps.run(view.at);
      this.own?.loneSyn(view);
      this.book.attempt(view);
      return true;
    },
    lones: (ring, lines, from, count, at) => {
      if (this.wantsLone) return from;
      if (at >= this.wakeUps.next) this.wakeUps.run(at);
      const to = this.skipped(ring, lines, from, count, at);
      return to === from ? from : this.book.lones(ring, lines, from, to);
    },
    wantsAnySyn: () => this.synSkips.wantsAny(),
    skipsSynOf: (client) => this.synSkips.skipsClient(client),
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
    this.path = new FramePath(this.decoder, this.flow, this.wakeUps, this.intake, this.finite);
    this.book = new EndpointBook(options.source, (message) => this.inlets.emit(message));
    this.book.capture = this;
  }

  get icmpSeen(): boolean {
    return this.decoder.icmpPackets > 0;
  }

  get oneWay(): boolean {
    return this.flow.traits.oneWay;
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
    for (const analyser of analysers) analyser.clear();
    this.listener.hearsAll = this.book.onlooker !== null;
    this.wantsLone = false;
    this.skips = new LoneSkips(analysers);
    const hearing = analysers.filter((analyser) => analyser.hearsSyns);
    this.synSkips = new LoneSkips(hearing);
    // A live source's own machine wants to know of those that come again.
    const hear = !this.finite || hearing.length > 0;
    this.listener.syn = hear ? (view) => this.inlets.syn(view) : undefined;
  }

  /** Its sources capture on a machine that can be asked. */
  set ownMachine(own: OwnMachine) {
    this.own = own;
    this.book.explain = (server, since) => own.explain(server, since);
  }

  /** Last words of analysers that are taken out while the source goes on. */
  async dismiss(analysers: readonly AnalyserNode[], why: Withdrawal): Promise<void> {
    for (const analyser of analysers) {
      await this.part(analyser, why);
      analyser.close();
    }
  }

  /** Capture time; 0 before the first packet. */
  private get now(): Micros {
    return Number.isNaN(this.intake.last) ? 0 : this.intake.last;
  }

  /** Some analyser works in another process, and counts batches: see `exchange`. */
  get exchanges(): boolean {
    return this.analysers.some(({ afar }) => afar !== null);
  }

  /**
   * Sends analysers in other processes what they have not been told, and hands on
   * what they have told by now. A file waits for their answers, after each so many
   * batches, so that it tells the same each time; live sources wait for nobody.
   * @returns `undefined` where there is nothing to wait for
   */
  exchange(): Promise<void> | undefined {
    if (!this.exchanges) return undefined;
    if (this.finite) return ++this.exchanged % EXCHANGES === 0 ? this.settle(false) : undefined;
    for (const { afar, hand } of this.analysers) {
      afar?.send(this.now);
      afar?.collect((notice) => this.inlets.emit(notice), hand);
    }
    return undefined;
  }

  /**
   * Waits until such analysers have answered everything, in the order that data takes.
   * @param save what they know is wanted, too
   */
  async settle(save: boolean): Promise<void> {
    const far = this.analysers.filter(({ afar }) => afar !== null);
    // They work side by side; what one tells another is sent when that one is waited for.
    for (const { afar } of far) afar?.send(this.now);
    for (const analyser of far) await this.hear(analyser, save);
  }

  private async hear({ afar, hand }: AnalyserNode, save: boolean): Promise<void> {
    if (afar === null) return;
    afar.send(this.now);
    await afar.settled(save);
    afar.collect((notice) => this.inlets.emit(notice), hand);
  }

  /** Hands each packet of each attempt to who draws them, from the next batch on. */
  drawPackets(packet: FlowListener['packet']): void {
    this.draws = packet;
    const { watcher } = this;
    this.watcher = undefined;
    this.watch(watcher);
  }

  /** @returns the index of the first of several lone SYNs that anybody but the book wants to hear of */
  private skipped(
    ring: LoneRing,
    lines: Int32Array,
    from: number,
    count: number,
    at: Micros,
  ): number {
    const { skips, own } = this;
    const { words } = ring.lines;
    if (skips.wantsAny()) return from;
    const asks = own?.wantsLone(at) === true;
    let i = from;
    for (; i < count; i++) {
      const line = lines[i];
      if (asks && ring.isShown(line)) break;
      const w = line * WORDS;
      if (!skips.skipsClient((words[w + INFO] & IS_V6) === 0 ? words[w + CLIENT] : null)) break;
    }
    return i;
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
   * Takes a batch of frames, or the records that it was lent, in order.
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
    this.flow.table.origin = this.inlets.all.indexOf(inlet);
    if (watcher !== this.watcher) this.watch(watcher);
    const records = batch.records?.isLent === true ? batch.records : null;
    if (batch.count === 0 && records === null) return;
    this.path.take(batch, inlet.linkTypes, watcher, interfaces, inlet.segments.begin(interfaces));
    const bytes = records?.wireBytes ?? bytesOnWire(batch);
    const frames = records?.frames ?? batch.count;
    inlet.bytes += bytes;
    inlet.frames += frames;
    this.intake.bytes += bytes;
    this.intake.frames += frames;
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

  /** It is `now`, packets' own time, and nothing more has come: what falls due by then falls due. NaN for nothing. */
  advance(now: Micros): void {
    const { intake } = this;
    if (Number.isNaN(now) || now <= intake.last) return;
    this.path.arrive(now, intake.last);
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
  async end(why: Withdrawal = () => null): Promise<void> {
    this.path.end();
    this.wakeUps.run(this.now);
    this.flow.end();
    for (const analyser of this.analysers) await this.part(analyser, why);
    this.teller.end(this.now);
    for (const notice of captureNotices(this, this.source, this.now)) this.inlets.emit(notice);
    // Judging them takes a while, and a scan has many.
    if (!this.inlets.all.some(({ outlets }) => outlets.endpoints.length > 0)) return;
    for (const endpoint of this.book.conclude()) this.inlets.emit(endpoint);
  }

  /** An analyser's last words. */
  private async part(analyser: AnalyserNode, why: Withdrawal): Promise<void> {
    analyser.end(this.now);
    await this.hear(analyser, true);
    const reason = why(analyser.component);
    if (reason !== null) analyser.outlets.withdraw(this.now, reason);
  }

  close(): void {
    for (const analyser of this.analysers) analyser.close();
  }

  private learn(inlet: Inlet, interfaces: readonly CaptureInterface[]): void {
    inlet.linkTypes = Int32Array.from(interfaces, (i) => i.linkType);
    for (const { filter, hidesAcks } of interfaces) {
      if (hidesAcks === true) this.flow.hideAcks();
      if (filter !== null && !this.filters.includes(filter)) this.filters.push(filter);
    }
  }
}
