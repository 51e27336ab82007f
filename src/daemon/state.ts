import type { DaemonConfig } from '../config/resolved.ts';
import type { Engine } from '../engine/engine.ts';
import type { Watch } from '../engine/watch.ts';
import { OUTCOMES } from '../model/attempt.ts';
import type { Micros, Outcome } from '../model/attempt.ts';
import { formatTime, placeOf } from '../plugin/api.ts';
import { version } from '../version.ts';
import { nameIn } from '../config/names.ts';
import type { Ledger } from '../telling/ledger.ts';
import { stateOf } from './silence-state.ts';
import type { Firing, Tally } from './tally.ts';

/** The daemon's own lines in the log, beside those of components. */
export const ID = 'unackd';

/** What can be asked of a running daemon. */
export interface Daemon {
  readonly engine: Engine;
  readonly tally: Tally;
  /** The one that it runs by now. */
  readonly config: DaemonConfig;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly draining: boolean;
  /** What people said. */
  readonly ledger: Ledger;
  /** No reload is under way. */
  readonly settled: Promise<void>;
  /** What people said has changed: what waits for it may be due. */
  review(): void;
  /** How the last SIGHUP went. */
  readonly lastReload: { readonly at: string; readonly ok: boolean } | null;
}

export interface SourceStatus {
  readonly id: string;
  readonly plugin: string;
  /** `blind`: it is read, and brings nothing any more. */
  readonly state: 'reading' | 'blind' | 'ended' | 'failed';
  readonly packets: number;
  /** Capture time of its newest packet; `null` before the first, and once it is over. */
  readonly last_packet: string | null;
  /** Packets lost in capturing since it began; `null` where nobody counts them. `since`: they are being lost now. */
  readonly dropped: {
    readonly kernel: number;
    readonly interface: number;
    readonly since: string | null;
  } | null;
  readonly attempts: Readonly<Record<Outcome, number>>;
  readonly table: { readonly used: number; readonly capacity: number } | null;
}

export interface SinkStatus {
  readonly id: string;
  readonly plugin: string;
  /** Messages that wait for it; `null` for a sink that takes them at once. */
  readonly waiting: number | null;
  readonly failing: boolean;
  /** Records that it let go since it was opened, for want of room or of a reader. */
  readonly lost: number;
}

export interface FiringStatus {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  /** What people call it. */
  readonly name: string | null;
  readonly started_at: string;
  /** Id of the silence because of which people were not told. */
  readonly silenced_by: string | null;
  readonly acknowledged: {
    readonly by: string;
    readonly comment: string;
    readonly at: string;
  } | null;
}

/** Incidents in a status: more are for `unackd incidents`. */
const LISTED = 50;

/** What /status answers. */
export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly configuration: string;
  readonly started_at: string;
  readonly state: 'running' | 'draining';
  readonly reload: Daemon['lastReload'];
  readonly sources: readonly SourceStatus[];
  readonly sinks: readonly SinkStatus[];
  readonly incidents: {
    readonly firing: number;
    /** The newest ones. */
    readonly list: readonly FiringStatus[];
  };
  /** Silences that hold or are still to come, those of the configuration aside. */
  readonly silences: number;
  readonly notices: Readonly<Record<string, number>>;
}

export function statusOf(daemon: Daemon): Status {
  const { engine, tally, config } = daemon;
  const { going } = engine;
  const sums = tally.sources(engine.pipelines);
  const healths = engine.sinkHealth;
  const queues = new Map((engine.delivery?.queues ?? []).map((queue) => [queue.id, queue]));
  return {
    version,
    pid: process.pid,
    configuration: config.file,
    started_at: new Date(daemon.started).toISOString(),
    state: daemon.draining ? 'draining' : 'running',
    reload: daemon.lastReload,
    sources: config.sources.map(({ id, definition }): SourceStatus => {
      const table = engine.pipelines.findLast((pipeline) => pipeline.inlets.find(id) !== undefined)
        ?.flow.table;
      const ended = tally.failed.has(id) ? 'failed' : 'ended';
      const watch = engine.watches.get(id);
      const reading = watch !== undefined && watch.sight.isBlind ? 'blind' : 'reading';
      const outcomes = OUTCOMES.map((outcome, i) => [outcome, sums.get(id)?.outcomes[i] ?? 0]);
      return {
        id,
        plugin: definition.name,
        state: going.has(id) ? reading : ended,
        packets: sums.get(id)?.packets ?? 0,
        last_packet: watch === undefined ? null : timeOf(watch.sight.last),
        dropped: watch === undefined ? null : droppedOf(watch),
        attempts: Object.fromEntries(outcomes) as Record<Outcome, number>,
        table: table === undefined ? null : { used: table.used, capacity: table.capacity },
      };
    }),
    sinks: config.sinks.map(({ id, definition }): SinkStatus => {
      const queue = queues.get(id);
      const { failing: full = false, lost = 0 } = healths.get(id) ?? {};
      const failing = full || (queue !== undefined && (queue.failures > 0 || queue.gone));
      return { id, plugin: definition.name, waiting: queue?.waiting ?? null, failing, lost };
    }),
    incidents: {
      firing: tally.firing.size,
      list: [...tally.firing].slice(-LISTED).map(([id, one]) => firingStatus(daemon, id, one)),
    },
    silences: daemon.ledger.spoken.filter((one) => stateOf(daemon, one) !== 'over').length,
    notices: Object.fromEntries(tally.notices),
  };
}

function timeOf(time: Micros): string | null {
  return Number.isNaN(time) ? null : formatTime(time);
}

function droppedOf({ losses }: Watch): SourceStatus['dropped'] {
  if (losses.counts === null) return null;
  const { kernel, interface: atInterface } = losses.counts;
  return { kernel, interface: atInterface, since: timeOf(losses.since) };
}

function firingStatus(
  { engine, config, ledger }: Daemon,
  id: string,
  { kind, scope, started_at: start }: Firing,
): FiringStatus {
  const said = ledger.acknowledgement(id);
  const silences = engine.pipelines.map(({ teller }) => teller.silenceOf(id));
  return {
    id,
    kind,
    place: placeOf({ scope }),
    name: scope.ip === null ? null : (nameIn(config.names, scope.ip, scope.port) ?? null),
    started_at: formatTime(start),
    silenced_by: silences.find((one) => one !== null) ?? null,
    acknowledged:
      said === undefined ? null : { by: said.by, comment: said.comment, at: formatTime(said.at) },
  };
}

/** Why the daemon is not ready; nothing where it is. */
export function hindrances({ sources, state }: Status): string[] {
  const failed = sources.filter((source) => source.state === 'failed').map(({ id }) => id);
  const blind = sources.filter((source) => source.state === 'blind');
  return [
    ...(state === 'draining' ? ['draining: the end has begun'] : []),
    ...failed.map((id) => `${id}: failed, nothing more comes from it`),
    ...blind.map(({ id, last_packet: last }) => `${id}: blind, no packet since ${last}`),
  ];
}
