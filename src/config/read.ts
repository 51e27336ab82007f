/** The way of a configuration: text, values, components, wiring; all faults at once. */
import { dirname, resolve } from 'node:path';
import { article, checkIds, readSection, standardChain } from './components.ts';
import type { Draft } from './components.ts';
import { tellChanged } from './changed.ts';
import { parseValues } from './document.ts';
import { FaultLog, TOP } from './fault-log.ts';
import type { Span } from './fault-log.ts';
import type { Fault } from './fault.ts';
import { GROUPS, SECTIONS, SETTINGS, TOP_KEYS } from './keys.ts';
import type { Look } from './look.ts';
import { LISTEN_EXAMPLES, parseListen } from './listen.ts';
import { readNames } from './names.ts';
import { decodeOptions } from './options.ts';
import type { Surroundings } from './options.ts';
import type { OptionSpecs, OptionValues } from '../plugin/options.ts';
import type {
  AnalyserComponent,
  DaemonConfig,
  PluginRegistry,
  ResolvedComponent,
  SinkComponent,
  SourceComponent,
} from './resolved.ts';
import { readSilences } from './silences.ts';
import { filesIn } from './secret-file.ts';
import { didYouMean, nearest } from './spelling.ts';
import { shown } from './value.ts';
import type { Entry, MapValue, Value } from './value.ts';
import type { Environment } from './variables.ts';
import { GROUP_BY } from '../telling/grouping.ts';
import { wordsOf } from './words.ts';
import { wire } from './wiring.ts';
import type { Wiring } from './wiring.ts';

export type { Fault } from './fault.ts';
export type {
  DaemonConfig,
  PluginRegistry,
  ResolvedComponent,
  ResolvedConfig,
} from './resolved.ts';

export interface Reading {
  /** `null` where there is any error. */
  readonly config: DaemonConfig | null;
  /** Errors and warnings, by position. */
  readonly faults: readonly Fault[];
}

/**
 * Reads a configuration and checks all of it. Never throws, opens nothing
 * but what `${file:PATH}` names.
 *
 * @param file the text's file: named in faults, and relative paths start at its folder
 * @param env what `${NAME}` is looked up in
 * @param look finds out whether files that options name are there; left out, that does not matter
 */
export function readConfig(
  text: string,
  file: string,
  registry: PluginRegistry,
  env: Environment,
  look?: Look,
): Reading {
  // A byte order mark is no part of what an editor shows.
  const clean = text.startsWith('\ufeff') ? text.slice(1) : text;
  const log = new FaultLog(clean, file);
  const folder = dirname(resolve(file));
  const root = parseValues(clean, env, filesIn(folder), log);
  const config = root === null ? null : readRoot(root, file, registry, { folder, log, look });
  return { config: log.failed ? null : config, faults: log.sorted() };
}

/** Tells unknown keys. One that is misspelt or renamed is then read as the one that is meant. */
function knownKeys(root: MapValue, { log, changed = [] }: Surroundings): MapValue {
  const entries = new Map<string, Entry>();
  const has = (key: string): boolean => root.entries.has(key);
  for (const [key, entry] of root.entries) {
    if (TOP_KEYS.includes(key)) {
      entries.set(key, entry);
      continue;
    }
    let meant = tellChanged(entry, 'the configuration', changed, has, log);
    if (meant === undefined) {
      const hint = didYouMean(key, TOP_KEYS, 'there is');
      log.error('unknown-key', entry.keySpan, `'${key}' is not a key of a configuration`, hint);
      meant = nearest(key, TOP_KEYS);
    }
    if (meant !== null && !has(meant)) entries.set(meant, entry);
  }
  return { ...root, entries };
}

/** As `readConfig`, of a value that stands within another text. Faults go to the log; `null` where it has any error. */
export function readRoot(
  written: Value,
  file: string,
  registry: PluginRegistry,
  surroundings: Surroundings,
): DaemonConfig | null {
  const around = { changed: registry.changed ?? [], ...surroundings };
  const { folder, log } = around;
  if (written.kind === 'broken') return null;
  if (written.kind !== 'map') {
    const message = `a configuration is a map, not ${shown(written)}`;
    log.error('wrong-type', written.span, message, `its keys: ${TOP_KEYS.join(', ')}`);
    return null;
  }
  const root = knownKeys(written, around);
  const settings = readSettings('the configuration', SETTINGS, settingsOf(root), around);
  const pluginDirs = settings.plugin_dirs ?? [];
  const drafts = readComponents(root, registry, { ...around, pluginDirs });
  const wiring = wire(drafts, log);
  const flow = readSettings('flow', GROUPS.flow.settings, groupOf('flow', root, around), around);
  const logging = readSettings('log', GROUPS.log.settings, groupOf('log', root, around), around);
  const admin = readAdmin(root, around);
  const names = readNames(root.entries.get('names')?.value, log);
  const sources = drafts.flatMap(({ id, kind }) => (kind === 'source' ? id : []));
  const silences = readSilences(root.entries.get('silences')?.value, sources, around);
  const grouping = readGrouping(root, around);
  if (log.failed) return null;
  const of = (kind: Draft['kind'], list: readonly Draft[] = drafts) =>
    list.filter((draft) => draft.kind === kind).flatMap((draft) => resolved(draft, wiring));
  return {
    file,
    folder,
    sources: of('source') as SourceComponent[],
    analysers: of('analyser', wiring.analysers) as AnalyserComponent[],
    sinks: of('sink') as SinkComponent[],
    flow: { table: flow.table },
    blindAfter: settings.blind_after,
    state: settings.state ?? null,
    pluginDirs,
    names,
    silences,
    grouping,
    admin,
    log: logging,
  };
}

function readAdmin(root: MapValue, around: Surroundings): DaemonConfig['admin'] {
  if (root.entries.get('admin') === undefined) return null;
  const map = groupOf('admin', root, around);
  const { listen } = readSettings('admin', GROUPS.admin.settings, map, around);
  if (typeof listen !== 'string') return null;
  const address = parseListen(listen, around.folder);
  if (typeof address !== 'string') return { listen: address };
  const span = map.entries.get('listen')?.value.span ?? map.span;
  around.log.error('bad-listen', span, `'listen' ${address}`, `such as ${LISTEN_EXAMPLES}`);
  return null;
}

function readGrouping(root: MapValue, around: Surroundings): DaemonConfig['grouping'] {
  if (root.entries.get('grouping') === undefined) return null;
  const map = groupOf('grouping', root, around);
  const { by, wait } = readSettings('grouping', GROUPS.grouping.settings, map, around);
  const span = map.entries.get('by')?.value.span ?? map.span;
  return { by: wordsOf('by', by, GROUP_BY, span, around.log), wait };
}

function readComponents(root: MapValue, registry: PluginRegistry, around: Surroundings): Draft[] {
  const drafts: Draft[] = [];
  for (const section of SECTIONS) {
    const entry = root.entries.get(section);
    if (section === 'analysers' && entry === undefined) {
      drafts.push(...standardChain(registry, around));
      continue;
    }
    const found = readSection(section, entry?.value, registry, around);
    drafts.push(...found);
    const none = entry === undefined || (entry.value.kind === 'map' && found.length === 0);
    if (section !== 'analysers' && none) tellNone(section, entry?.keySpan ?? TOP, registry, around);
  }
  // Those of the standard chain last, so that a clash is told of the line that the user wrote.
  checkIds(
    drafts.toSorted((a, b) => Number(a.standard) - Number(b.standard)),
    around,
  );
  return drafts;
}

function tellNone(
  section: 'sources' | 'sinks',
  span: Span,
  registry: PluginRegistry,
  { log }: Surroundings,
): void {
  const kind = section === 'sources' ? 'source' : 'sink';
  const what = section === 'sources' ? 'no packets come in' : 'nobody would see the results';
  const hint = `list some under '${section}'; plugins for ${article(kind)}: ${registry.names(kind).join(', ')}`;
  log.error(`no-${section}`, span, `there are no ${section}: ${what}`, hint);
}

/** The single settings among the top-level keys, as a map of their own. */
function settingsOf(root: MapValue): MapValue {
  const own = [...root.entries].filter(([key]) => Object.hasOwn(SETTINGS, key));
  return { ...root, entries: new Map(own) };
}

/** A group's map; where it is left out, an empty one. What is there and no map is told. */
function groupOf(name: keyof typeof GROUPS, root: MapValue, { log }: Surroundings): MapValue {
  const value = root.entries.get(name)?.value;
  if (value?.kind === 'map') return value;
  const wrong = value !== undefined && value.kind !== 'broken';
  if (wrong) {
    const message = `'${name}' wants a map, not ${shown(value)}`;
    log.error('wrong-type', value.span, message, `such as ${GROUPS[name].example}`);
  }
  // What was not understood lacks nothing.
  const partial = value !== undefined;
  return { kind: 'map', entries: new Map(), partial, span: value?.span ?? root.span };
}

function readSettings<const S extends OptionSpecs>(
  name: string,
  specs: S,
  written: MapValue,
  around: Surroundings,
): OptionValues<S> {
  const unknown = { code: 'unknown-key', noun: 'a setting' };
  const owner = { name, span: written.span, reserved: [], unknown };
  return decodeOptions(specs, written, owner, around) as OptionValues<S>;
}

function resolved(draft: Draft, { inputs }: Wiring): ResolvedComponent[] {
  const { id, kind, definition, options, keep } = draft;
  if (definition === null) return [];
  const component = { id, kind, definition, options, inputs: inputs.get(draft) ?? [] };
  return [keep === undefined ? component : Object.assign(component, { keep })];
}
