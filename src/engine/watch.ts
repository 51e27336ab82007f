import type { SourceComponent } from '../config/resolved.ts';
import type { Keeper } from '../keep/keeper.ts';
import type { Micros } from '../model/attempt.ts';
import type { Notice } from '../model/notice.ts';
import type { FrameBatch, HostProbe, Source } from '../plugin/api.ts';
import type { Log } from './hosts.ts';
import type { Inlet } from './inlet.ts';
import { checkLinkTypes } from './link-type-check.ts';
import { Losses } from './losses.ts';
import type { Pipeline } from './pipeline.ts';
import { OwnMachine } from './own-machine.ts';
import { Sight } from './sight.ts';

export interface WatchOptions {
  /** As the configuration has it; 0 for never. */
  readonly blindAfter: Micros;
  /** A source of this id failed before, and that was told. */
  readonly failedBefore: boolean;
  readonly log: Log;
}

/** Watches what a source brings to its pipeline: whether it sees anything, and what it loses. */
export class Watch {
  readonly sight: Sight;
  readonly losses: Losses;
  private readonly id: string;
  private readonly live: boolean;
  private readonly pipeline: Pipeline;
  /** Where its frames go into the pipeline. */
  readonly inlet: Inlet;
  private readonly log: Log;
  private failedBefore: boolean;
  /** Places of capture that are known. */
  private interfaces = 0;

  constructor(
    pipeline: Pipeline,
    { id, definition }: SourceComponent,
    { blindAfter, failedBefore, log }: WatchOptions,
  ) {
    this.id = id;
    this.inlet = pipeline.inlets.find(id) ?? pipeline.inlets.all[0];
    this.live = definition.live === true;
    this.log = log;
    this.pipeline = pipeline;
    this.failedBefore = failedBefore;
    this.sight = new Sight(id, 0, {
      tell: (notice) => this.tell(notice),
      blind: (since) => pipeline.lose(since),
      sees: (since, until) => pipeline.unseen.blind(since, until),
    });
    pipeline.sights.add(this.sight);
    this.follow(blindAfter);
    this.losses = new Losses(id, (notice) => this.tell(notice));
  }

  /** Files have no time but their packets': they are never blind. */
  follow(blindAfter: Micros): void {
    this.sight.blindAfter = this.live ? blindAfter : 0;
  }

  /** Takes what was read to the pipeline, and time as far as it may go on. */
  take(batch: FrameBatch, source: Source, keeper: Keeper | undefined): void {
    const { pipeline, sight, inlet } = this;
    if (source.interfaces.length !== this.interfaces) {
      checkLinkTypes(source, pipeline, inlet, this.interfaces);
      this.interfaces = source.interfaces.length;
    }
    if (source.host !== undefined) this.meet(source.host);
    const { count, time, now, records } = batch;
    const lent = records?.isLent === true;
    if (count > 0 || lent) {
      if (this.failedBefore) this.recovered(lent ? records.nextTime : time[0]);
      // Only files lend, and they are never blind.
      if (!lent) sight.saw(time[0], time[count - 1]);
      pipeline.process(batch, source.interfaces, keeper, inlet);
      keeper?.flush();
    }
    if (!Number.isNaN(now)) {
      sight.reach(now);
      pipeline.advance(pipeline.sights.reach(now));
    }
    const at = Number.isNaN(now) ? pipeline.intake.last : now;
    if (source.drops !== undefined && this.losses.due(at)) this.lookAtDrops(source, at);
  }

  /** It captures on a machine that can be asked: the same for all sources of the pipeline. */
  private meet(probe: HostProbe): void {
    const { pipeline, inlet } = this;
    if (inlet.own !== null) return;
    inlet.own = pipeline.own ?? new OwnMachine(probe, (since) => pipeline.missing(since));
    pipeline.ownMachine = inlet.own;
  }

  /** The source has ended: what it lost since the last look. */
  end(source: Source): void {
    const { last } = this.pipeline.intake;
    if (!Number.isNaN(last)) this.lookAtDrops(source, last);
  }

  /** Nobody reads it any more: it holds up no other's time. */
  close(): void {
    this.pipeline.sights.remove(this.sight);
  }

  /** @param message names the source */
  failed(message: string): void {
    const { intake } = this.pipeline;
    this.inlet.outlets.emit({
      type: 'notice',
      code: 'source-failed',
      // Capture time, if it ever had one.
      time: Number.isNaN(intake.last) ? Date.now() * 1000 : intake.last,
      text: `${message}; nothing more comes from it`,
      trouble: { id: `source ${this.id}`, state: 'begins' },
    });
  }

  private lookAtDrops(source: Source, at: Micros): void {
    if (source.drops === undefined) return;
    const { from, packets } = this.losses.look(at, source.drops());
    if (packets > 0) this.pipeline.unseen.dropped(from, at, packets);
  }

  /** To sinks, and to the log: nobody may be listening for notices. */
  private tell(notice: Notice): void {
    const level = notice.trouble?.state === 'begins' ? 'warn' : 'info';
    this.log(this.id, level, notice.text.slice(this.id.length + 2));
    this.inlet.outlets.emit(notice);
  }

  private recovered(time: Micros): void {
    this.failedBefore = false;
    this.tell({
      type: 'notice',
      code: 'source-sees-again',
      time,
      text: `${this.id}: packets again, after it had failed`,
      trouble: { id: `source ${this.id}`, state: 'ends' },
    });
  }
}
