import { FORESEEN_FROM, RUNS_FROM } from '../flow/rules.ts';
import type { FlowStage } from '../flow/flow-stage.ts';
import type { SegmentTap } from '../flow/listener.ts';
import { FAR_AHEAD, SynRun } from '../flow/syn-run.ts';
import type { Micros } from '../model/attempt.ts';
import type { CaptureInterface, FrameBatch, RecordBlock } from '../plugin/api.ts';
import type { Decoder } from '../wire/decoder.ts';
import { isOpening, plainTcpFlagsOf } from '../wire/quick.ts';
import { KIND_ICMP, KIND_NONE } from '../wire/segment.ts';
import { DUE, NEWEST, passBulk } from './bulk.ts';
import { passRecords, suitsPassing } from './bulk-records.ts';
import { leaps } from './frame-times.ts';
import type { FrameWatcher } from './frame-watcher.ts';
import { HeldFrame } from './held-frame.ts';
import type { Intake } from './intake.ts';
import { Lookahead } from './lookahead.ts';
import type { WakeUps } from './wake-ups.ts';

/**
 * Lent records that are indexed at once, at first. The last of them is only
 * looked at, unless the block ends there: the next frame shows whether a time leaps.
 */
const FEWEST = 2;

/**
 * From frames to the flow stage, three ways: most traffic is passed over, a
 * flood is taken in runs, all else is decoded frame by frame.
 */
export class FramePath {
  private readonly decoder: Decoder;
  private readonly flow: FlowStage;
  private readonly wakeUps: WakeUps;
  private readonly intake: Intake;
  private readonly ahead = new Lookahead();
  private readonly synRun: SynRun;
  /** Packets' own times, in an array so that they are never boxed: see NEWEST and DUE. */
  private readonly reached = new Float64Array(2);
  private linkTypes = new Int32Array(0);
  private tap: SegmentTap | null = null;
  private watcher: FrameWatcher | undefined;
  private interfaces: readonly CaptureInterface[] = [];
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** `null` where frames come as they pass: nobody can wait for the next. */
  private readonly held: HeldFrame | null;

  /** @param finite its frames come from files */
  constructor(
    decoder: Decoder,
    flow: FlowStage,
    wakeUps: WakeUps,
    intake: Intake,
    finite: boolean,
  ) {
    this.decoder = decoder;
    this.flow = flow;
    this.wakeUps = wakeUps;
    this.intake = intake;
    this.synRun = new SynRun(flow, decoder, wakeUps);
    this.held = finite ? new HeldFrame() : null;
  }

  /**
   * Takes a batch of at least one frame, or of lent records, in order.
   * @param linkTypes by interface
   * @param tap who reads the segments
   */
  take(
    batch: FrameBatch,
    linkTypes: Int32Array<ArrayBuffer>,
    watcher: FrameWatcher | undefined,
    interfaces: readonly CaptureInterface[],
    tap: SegmentTap | null,
  ): void {
    const { intake } = this;
    const { time, count, records } = batch;
    this.linkTypes = linkTypes;
    this.watcher = watcher;
    this.interfaces = interfaces;
    this.tap = tap;
    const lent = records?.isLent === true;
    const first = lent ? records.nextTime : time[0];
    if (Number.isNaN(intake.first)) intake.first = first;
    this.begin();
    if (this.held?.isHeld === true) this.takeFrames(this.held.release(first), 1);
    if (lent) this.takeRecords(records, batch);
    else this.takeFrames(batch, count);
    this.reach();
  }

  /** Nothing more comes: takes what was held back. */
  end(): void {
    if (this.held?.isHeld !== true) return;
    this.begin();
    this.takeFrames(this.held.release(Number.NaN), 1);
    this.reach();
  }

  private begin(): void {
    this.reached[NEWEST] = this.intake.last;
    this.reached[DUE] = this.nextDue();
  }

  private reach(): void {
    this.flow.clock.moveOn(this.reached[NEWEST]);
    this.intake.last = this.reached[NEWEST];
  }

  /** Passes over what it can, and has the next frames indexed: the more, the more of them in a row were to be taken. */
  private takeRecords(records: RecordBlock, batch: FrameBatch): void {
    const suits = suitsPassing(records, this.linkTypes);
    let most = FEWEST;
    for (;;) {
      const { flags } = this.flow.table.undecided;
      const passed = suits ? passRecords(records, flags, this.reached) : 0;
      most = passed > 0 ? FEWEST : Math.min(4 * most, batch.capacity);
      records.index(batch, most);
      const { count } = batch;
      if (count === 0) return;
      if (suits && most === FEWEST && count === FEWEST) {
        // Nearly always so: one frame, which was just seen to be no bulk.
        this.ahead.begin(count);
        this.takeOne(batch, 0);
        records.take(batch, 1);
      } else {
        records.take(batch, this.takeFrames(batch, count < most ? count : count - 1));
      }
    }
  }

  /** @returns how many of the batch's frames were taken: `to`, or more */
  private takeFrames(batch: FrameBatch, to: number): number {
    const view = this.viewOf(batch.bytes);
    this.ahead.begin(batch.count);
    let i = this.passBulk(batch, view, 0);
    for (; i < to; i = this.passBulk(batch, view, i)) {
      const next = this.takeSyns(batch, view, i);
      if (next > i) {
        i = next;
        continue;
      }
      if (this.isToHold(batch, i)) {
        this.held?.hold(batch);
        return batch.count;
      }
      this.takeOne(batch, i++);
    }
    return i;
  }

  private takeOne(batch: FrameBatch, i: number): void {
    const { watcher } = this;
    const kind = this.takeFrame(batch, i);
    if (watcher !== undefined && kind !== KIND_NONE) {
      watcher.frame(batch, i, this.decoder.segment, this.interfaces[batch.iface[i]]);
    }
  }

  /** Whether a batch's last frame is so far ahead that the next one must show whether to believe it. */
  private isToHold(batch: FrameBatch, i: number): boolean {
    const { held, reached, flow } = this;
    if (held === null || i + 1 !== batch.count || batch === held.batch) return false;
    const at = batch.time[i];
    return at - reached[NEWEST] >= FAR_AHEAD && !flow.clock.isAside(at);
  }

  /** @returns the index of the first frame from `from` on that is to be taken in full */
  private passBulk(batch: FrameBatch, view: DataView, from: number): number {
    const { flags } = this.flow.table.undecided;
    return passBulk(batch, view, from, this.linkTypes, flags, this.reached);
  }

  /**
   * Takes a run of SYNs that open attempts of their own, in a table too large for the caches.
   * @returns the index of the first frame from `from` on that is to be taken in full
   */
  private takeSyns(batch: FrameBatch, view: DataView, from: number): number {
    const { flow, ahead, reached } = this;
    const { table } = flow;
    if (table.lone.live < RUNS_FROM && table.slots.used < FORESEEN_FROM) return from;
    if (!this.isOpening(batch, view, from)) return from;
    if (from >= ahead.to) ahead.look(batch, view, this.linkTypes, from, table);
    if (ahead.at[from] < 0 || flow.clock.wall !== 0 || flow.drawsPackets) return from;
    const until = Math.min(table.timers.nextDue, table.lone.settleDue, this.wakeUps.next);
    const { hashes, at, to } = ahead;
    const next = this.synRun.take(
      batch,
      view,
      hashes,
      at,
      from,
      to,
      reached[NEWEST],
      flow.hearsAll ? Math.min(until, table.lone.due) : until,
      this.tap,
    );
    if (next === from) return from;
    reached[NEWEST] = batch.time[next - 1];
    reached[DUE] = this.nextDue();
    this.intake.segments += next - from;
    return next;
  }

  /** Whether a frame is a plain SYN: others are not worth a look ahead. */
  private isOpening(
    { offset, captured, wire, iface }: FrameBatch,
    view: DataView,
    i: number,
  ): boolean {
    const linkType = this.linkTypes[iface[i]];
    const flags = plainTcpFlagsOf(linkType, view, offset[i], captured[i], wire[i]);
    return flags >= 0 && isOpening(flags);
  }

  /** Takes a frame in full. @returns what it holds: KIND_NONE and so on */
  private takeFrame(batch: FrameBatch, i: number): number {
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
      if (this.tap !== null && (kind === KIND_ICMP || flow.concerns(segment))) {
        if (at >= this.wakeUps.next && !flow.clock.aside) this.wakeUps.run(at);
        this.tap.take(segment, time, i, iface[i], flow.clock.aside);
      }
      if (kind === KIND_ICMP) flow.icmp(segment, t);
      else if (i < this.ahead.to && this.ahead.at[i] >= 0)
        flow.hashed(segment, this.ahead.hashes[i], t);
      else flow.tcp(segment, t);
    }
    if (flow.clock.aside) flow.clock.stepBack(wall);
    reached[DUE] = this.nextDue();
    return kind;
  }

  /**
   * A frame whose time makes something fall due, or lies behind the newest one.
   * @returns its time on the table's clock
   */
  arrive(at: Micros, newest: Micros): Micros {
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
}
