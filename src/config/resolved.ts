/** A configuration that has been checked: what the engine builds from. Plain data. */
import type { ChangedKey } from './changed.ts';
import type { Micros } from '../model/attempt.ts';
import type { Grants } from '../outside/grants.ts';
import type { OptionSpecs, PluginDefinition, Topic } from '../plugin/api.ts';
import type { Grouping } from '../telling/grouping.ts';
import type { Silence } from '../telling/silence.ts';
import type { ListenAddress } from './listen.ts';

export type ComponentKind = PluginDefinition['kind'];

/** Data of one topic, from one component to the one that lists it. */
export interface Edge {
  /** A component's id. */
  readonly from: string;
  readonly topic: Topic;
}

export interface ResolvedComponent<D extends PluginDefinition = PluginDefinition> {
  readonly id: string;
  readonly kind: ComponentKind;
  readonly definition: D;
  /** As `create` takes them: decoded, defaults filled in, paths absolute. */
  readonly options: Readonly<Record<string, unknown>>;
  /** None twice. Only topics that the component reads; none for a source. */
  readonly inputs: readonly Edge[];
}

/** Where a source's packets are kept. */
export interface Keep {
  /** Absolute. */
  readonly path: string;
  /** Bytes, of all files. */
  readonly size: number;
}

export interface SourceComponent extends ResolvedComponent<
  Extract<PluginDefinition, { kind: 'source' }>
> {
  readonly keep?: Keep | undefined;
}
export type AnalyserComponent = ResolvedComponent<Extract<PluginDefinition, { kind: 'analyser' }>>;
export type SinkComponent = ResolvedComponent<Extract<PluginDefinition, { kind: 'sink' }>>;

export interface ResolvedConfig {
  /** As given by who read it. */
  readonly file: string;
  /** Absolute; relative paths were taken from here. */
  readonly folder: string;
  /** In order of declaration. */
  readonly sources: readonly SourceComponent[];
  /** In the order that data takes: none reads from one that comes later. */
  readonly analysers: readonly AnalyserComponent[];
  /** In order of declaration. */
  readonly sinks: readonly SinkComponent[];
  readonly flow: {
    /** Outstanding attempts that the table holds at most. */
    readonly table: number;
  };
  /** A live source is blind that brought no packet for this long; 0 for never. */
  readonly blindAfter: Micros;
  /** File of the outbox where no sqlite sink is; absolute, or `null`. */
  readonly state: string | null;
  /** Somebody only looks on: what analysers of live sources learn ends with the run, as it is meant to. */
  readonly forgets?: true;
  /** Absolute folders to look for plugins in. */
  readonly pluginDirs: readonly string[];
  /** Endpoint to name: `10.1.0.1:443`, `[2001:db8::1]:443`, or an address alone; IPv6 by RFC 5952. */
  readonly names: ReadonlyMap<string, string>;
  /** What people are not told of, in order of declaration. */
  readonly silences: readonly Silence[];
  /** Which incidents people are told of together; `null`: each by itself, at once. */
  readonly grouping: Grouping | null;
}

/** What a configuration's file says besides: of the daemon around the engine. */
export interface DaemonConfig extends ResolvedConfig {
  /** Where it can be asked; `null` for nowhere. */
  readonly admin: { readonly listen: ListenAddress } | null;
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly format: 'text' | 'json';
  };
}

/** Where plugins are looked up. */
export interface PluginRegistry {
  /** @param name as in `use` */
  find(kind: ComponentKind, name: string): PluginDefinition | undefined;
  /** For suggestions, the schema and `unackd list`. */
  names(kind: ComponentKind): readonly string[];
  /** Plugins that did not come with unackd. */
  readonly outside?: OutsideRegistry;
  /** Keys that these and the configuration had in earlier versions. */
  readonly changed?: readonly ChangedKey[];
  /** Such as `pcap`, by a file's first bytes; `null` where that is no capture. */
  captureFormat?(bytes: Uint8Array): string | null;
}

export interface OutsideRegistry {
  /** @param path absolute, of a file or a folder */
  open(path: string): OutsidePlugin | OutsideFault;
  /** @param folders absolute */
  named(kind: ComponentKind, name: string, folders: readonly string[]): OutsidePlugin | undefined;
  /** All in these folders. */
  all(
    folders: readonly string[],
  ): readonly { readonly path: string; readonly opened: OutsidePlugin | OutsideFault }[];
  /** Has all asked that a reading of a configuration asks, so that it need not stand still for it. */
  ready(read: () => unknown): Promise<void>;
}

/** A plugin that runs in a process of its own. */
export interface OutsidePlugin {
  readonly kind: ComponentKind;
  readonly name: string;
  readonly options: OptionSpecs;
  /** Its file, absolute. */
  readonly entry: string;
  /** The plugin with these rights: the same for the same. */
  granted(grants: Grants): PluginDefinition;
}

/** Why something is no plugin; sentences without a full stop. */
export interface OutsideFault {
  readonly fault: string;
  readonly hint: string | null;
  /** For a command that was asked for this plugin. */
  readonly exitCode: 65 | 66 | 77;
}

/** The order in which topics are listed to people. */
export const TOPICS: readonly Topic[] = ['segment', 'attempt', 'endpoint', 'incident', 'notice'];

/** A topic of the whole pipeline, as `from` names it. */
export const PLURALS: ReadonlyMap<string, Topic> = new Map(
  TOPICS.map((topic) => [`${topic}s`, topic]),
);

/** What `analysers`, left out, stands for: plugins in a row, under their own names. */
export const STANDARD_CHAIN: readonly string[] = [
  'retry-schedule',
  'icmp-correlation',
  'black-hole',
];

/** What a sink gets whose `from` is left out: everything that people are told. */
export const SINK_DEFAULT: readonly Topic[] = ['incident', 'notice'];
