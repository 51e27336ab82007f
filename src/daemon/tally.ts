import { OUTCOMES } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import type { Witness } from '../engine/graph.ts';

/** Plugins name their notices freely; one that makes up names must not fill a metrics server. */
const CODES_MOST = 100;

/** Incidents that are followed from firing to resolved; a whole network's ports, and more. */
const FIRING_MOST = 100_000;

/** As much of an incident as is shown while it lasts: evidence would fill the memory. */
export type Firing = Pick<Incident, 'kind' | 'scope' | 'started_at'>;

/** What one source brought, all that were called so. */
export interface SourceSums {
  packets: number;
  bytes: number;
  segments: number;
  /** Handshakes that worked, by whether the capture holds their SYN-ACK. */
  readonly synAcks: { captured: number; missing: number };
  readonly outcomes: Float64Array;
  readonly events: Map<string, number>;
  readonly evictions: { lone: number; held: number };
}

/** Counts that only grow, over reloads too. */
export class Tally implements Witness {
  readonly notices = new Map<string, number>();
  /** By id. */
  readonly firing = new Map<string, Firing>();
  readonly resolved = new Map<string, number>();
  readonly failed = new Set<string>();
  private readonly retired = new Map<string, SourceSums>();

  notice({ code }: Notice): void {
    const known = this.notices.has(code) || this.notices.size < CODES_MOST;
    const name = known ? code : 'other';
    this.notices.set(name, (this.notices.get(name) ?? 0) + 1);
  }

  incident({ id, kind, scope, state, started_at }: Incident): void {
    if (state !== 'resolved') {
      if (this.firing.size < FIRING_MOST) this.firing.set(id, { kind, scope, started_at });
    } else if (this.firing.delete(id)) {
      this.resolved.set(kind, (this.resolved.get(kind) ?? 0) + 1);
    }
  }

  /** A pipeline that is let go: what it counted stays counted. */
  retire(pipeline: Pipeline): void {
    addAll(this.retired, pipeline);
  }

  /** By source, with the pipelines that there are. */
  sources(pipelines: readonly Pipeline[]): ReadonlyMap<string, SourceSums> {
    const all = new Map<string, SourceSums>();
    for (const [source, sums] of this.retired) all.set(source, copy(sums));
    for (const pipeline of pipelines) addAll(all, pipeline);
    return all;
  }
}

function emptySums(): SourceSums {
  return {
    packets: 0,
    bytes: 0,
    segments: 0,
    synAcks: { captured: 0, missing: 0 },
    outcomes: new Float64Array(OUTCOMES.length),
    events: new Map(),
    evictions: { lone: 0, held: 0 },
  };
}

function copy(sums: SourceSums): SourceSums {
  return {
    ...sums,
    synAcks: { ...sums.synAcks },
    outcomes: sums.outcomes.slice(),
    events: new Map(sums.events),
    evictions: { ...sums.evictions },
  };
}

/** What sources that share a pipeline have in common counts for the first. */
function addAll(
  all: Map<string, SourceSums>,
  { intake, inlets, decoder, book, flow }: Pipeline,
): void {
  for (const [origin, { id, frames, bytes }] of inlets.all.entries()) {
    const sums = all.get(id) ?? emptySums();
    all.set(id, sums);
    sums.packets += frames;
    sums.bytes += bytes;
    book.totalsOf(origin).forEach((count, i) => {
      sums.outcomes[i] += count;
    });
    if (origin > 0) continue;
    sums.segments += intake.segments;
    sums.synAcks.captured += flow.traits.answered;
    sums.synAcks.missing += flow.traits.missing;
    for (const [name, count] of Object.entries(decoder.counters.seen())) {
      sums.events.set(name, (sums.events.get(name) ?? 0) + count);
    }
    sums.evictions.lone += flow.table.evictions.lone;
    sums.evictions.held += flow.table.evictions.held;
  }
}
