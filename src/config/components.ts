/** The three sections of components: ids, plugins, options, and what `from` names. */
import { resolve } from 'node:path';
import type { PluginDefinition } from '../plugin/api.ts';
import { ID_PATTERN, KEEP_SETTINGS } from './keys.ts';
import type { Section } from './keys.ts';
import { TOP } from './fault-log.ts';
import type { Span } from './fault-log.ts';
import { GRANT_KEYS, readGrants } from './grants.ts';
import { decodeOptions } from './options.ts';
import { askPlugin } from './own-check.ts';
import type { Surroundings } from './options.ts';
import { PLURALS, STANDARD_CHAIN } from './resolved.ts';
import type { ComponentKind, Keep, OutsidePlugin, PluginRegistry } from './resolved.ts';
import { didYouMean } from './spelling.ts';
import { shown } from './value.ts';
import type { Entry, MapValue, Value } from './value.ts';

export interface Reference {
  readonly name: string;
  readonly span: Span;
}

/** A component on its way to be resolved. */
export interface Draft {
  readonly id: string;
  readonly kind: ComponentKind;
  /** Of the id. */
  readonly span: Span;
  /** `null` where it is wrong and told: then nothing is known of its topics. */
  readonly definition: PluginDefinition | null;
  readonly options: Readonly<Record<string, unknown>>;
  /** What `from` names; `null` where it is left out. */
  readonly from: readonly Reference[] | null;
  /** Of a source. */
  readonly keep?: Keep | undefined;
  /** Part of the standard chain, not of the text. */
  readonly standard: boolean;
}

export const KIND_OF: Readonly<Record<Section, ComponentKind>> = {
  sources: 'source',
  analysers: 'analyser',
  sinks: 'sink',
};

const KINDS: readonly ComponentKind[] = ['source', 'analyser', 'sink'];
const ID = new RegExp(ID_PATTERN);
/** A `use` that is a path. */
export const PLUGIN_FILE = /^(\.{0,2}\/)|\.(ts|mjs)$/;

/** What `use` names: one that comes with unackd, or one from outside. */
type Found = PluginDefinition | OutsidePlugin;

function findPlugin(
  kind: ComponentKind,
  written: Value,
  registry: PluginRegistry,
  around: Surroundings,
): Found | null {
  const { log, pluginDirs = [] } = around;
  if (written.kind === 'broken') return null;
  if (written.kind !== 'scalar' || typeof written.value !== 'string') {
    log.error('wrong-type', written.span, `'use' wants a plugin's name, not ${shown(written)}`);
    return null;
  }
  const use = written.value;
  if (PLUGIN_FILE.test(use)) return openFile(kind, use, written, registry, around);
  const found =
    registry.find(kind, use) ?? registry.outside?.named(kind, use, pluginDirs) ?? undefined;
  if (found !== undefined) return found;
  const other = KINDS.find((k) => registry.find(k, use) !== undefined);
  if (other !== undefined) {
    tellOtherKind(kind, other, written, log);
  } else {
    const outside = registry.outside?.all(pluginDirs) ?? [];
    const names = [
      ...registry.names(kind),
      ...outside.flatMap(({ opened }) => ('granted' in opened ? opened.name : [])),
    ];
    const broken = outside.find(({ opened }) => 'fault' in opened);
    const why =
      broken !== undefined && 'fault' in broken.opened
        ? `${broken.path} can't be loaded: ${broken.opened.fault}`
        : didYouMean(use, names, `plugins for ${article(kind)}`);
    const message = `no plugin for ${article(kind)} is called ${shown(written)}`;
    log.error('unknown-plugin', written.span, message, why);
  }
  return null;
}

/** `a source`, `an analyser`. */
export function article(kind: ComponentKind): string {
  return `${kind === 'analyser' ? 'an' : 'a'} ${kind}`;
}

function tellOtherKind(
  kind: ComponentKind,
  other: ComponentKind,
  written: Value,
  log: Surroundings['log'],
): void {
  const message = `${shown(written)} is a plugin for ${article(other)}, not for ${article(kind)}`;
  log.error('unknown-plugin', written.span, message, `put it under '${other}s'`);
}

function openFile(
  kind: ComponentKind,
  use: string,
  written: Value,
  { outside }: PluginRegistry,
  { folder, log }: Surroundings,
): Found | null {
  const opened = outside?.open(resolve(folder, use));
  if (opened === undefined) {
    const hint = "a relative path starts at the configuration's folder";
    log.error(
      'unknown-plugin',
      written.span,
      `no plugin for ${article(kind)} at ${shown(written)}`,
      hint,
    );
    return null;
  }
  if ('fault' in opened) {
    const message = `${shown(written)} can't be used as a plugin: ${opened.fault}`;
    log.error('unknown-plugin', written.span, message, opened.hint);
    return null;
  }
  if (opened.kind === kind) return opened;
  tellOtherKind(kind, opened.kind, written, log);
  return null;
}

function readFrom(value: Value, id: string, { log }: Surroundings): readonly Reference[] {
  if (value.kind === 'broken') return [];
  const items = value.kind === 'list' ? value.items : [value];
  if (items.length === 0) {
    const message = `'from' is empty: ${id} would get nothing`;
    log.error('useless-edge', value.span, message, "leave 'from' out to take the usual");
  }
  const references: Reference[] = [];
  for (const item of items) {
    if (item.kind === 'broken') continue;
    if (item.kind === 'scalar' && item.value !== null) {
      const name = typeof item.value === 'string' ? item.value : item.written;
      references.push({ name, span: item.span });
    } else {
      log.error('wrong-type', item.span, `'from' wants ids or topics, not ${shown(item)}`);
    }
  }
  return references;
}

function readKeep(value: Value | undefined, around: Surroundings): Keep | undefined {
  if (value === undefined || value.kind === 'broken') return undefined;
  if (value.kind !== 'map') {
    const hint = 'such as keep: { path: /var/lib/unackd/packets, size: 100MiB }';
    around.log.error('wrong-type', value.span, `'keep' wants a map, not ${shown(value)}`, hint);
    return undefined;
  }
  const unknown = { code: 'unknown-key', noun: 'a setting' };
  const owner = { name: 'keep', span: value.span, reserved: [], unknown };
  return decodeOptions(KEEP_SETTINGS, value, owner, around) as unknown as Keep;
}

function readComponent(
  { key: id, keySpan: span, value }: Entry,
  kind: ComponentKind,
  registry: PluginRegistry,
  around: Surroundings,
): Draft {
  const { log } = around;
  const broken: Draft = {
    id,
    kind,
    span,
    definition: null,
    options: {},
    from: [],
    standard: false,
  };
  if (value.kind === 'broken') return broken;
  if (value.kind !== 'map') {
    const hint = `such as ${id}: { use: ${registry.names(kind)[0] ?? 'NAME'} }`;
    log.error('wrong-type', value.span, `'${id}' wants a map, not ${shown(value)}`, hint);
    return broken;
  }
  const from = value.entries.get('from');
  if (kind === 'source' && from !== undefined) {
    const message = "a source takes no 'from': it is where data begins";
    log.error(
      'from-on-source',
      from.keySpan,
      message,
      `name '${id}' in the 'from' of what reads it`,
    );
  }
  const taken = from !== undefined && kind !== 'source' ? readFrom(from.value, id, around) : null;
  const use = value.entries.get('use');
  if (use === undefined && value.partial) return { ...broken, from: taken };
  if (use === undefined) {
    const hint = `plugins for ${article(kind)}: ${registry.names(kind).join(', ')}`;
    log.error('missing-option', span, `'use' is missing: which plugin is '${id}'?`, hint);
    return { ...broken, from: taken };
  }
  const found = findPlugin(kind, use.value, registry, around);
  if (found === null) return { ...broken, from: taken };
  const isOutside = 'granted' in found;
  const owner = {
    name: found.name,
    span,
    reserved: [
      ...(kind === 'source' ? ['use', 'from', 'keep'] : ['use', 'from']),
      ...(isOutside ? GRANT_KEYS : []),
    ],
    unknown: { code: 'unknown-option', noun: 'an option' },
  };
  const definition = isOutside ? found.granted(readGrants(value, around)) : found;
  const options = decodeOptions(definition.options, value, owner, around);
  askPlugin(definition, options, value, span, around);
  const keep = kind === 'source' ? readKeep(value.entries.get('keep')?.value, around) : undefined;
  return { id, kind, span, definition, options, from: taken, keep, standard: false };
}

/** The components of one section, in order. A section that isn't there has none. */
export function readSection(
  section: Section,
  value: Value | undefined,
  registry: PluginRegistry,
  around: Surroundings,
): Draft[] {
  if (value === undefined || value.kind === 'broken') return [];
  if (value.kind !== 'map') {
    const hint =
      section === 'analysers'
        ? 'leave it out for the standard chain, or write {} for none'
        : `such as ${section}: { my-id: { use: ${registry.names(KIND_OF[section])[0] ?? 'NAME'} } }`;
    const message = `'${section}' wants a map of ids, not ${shown(value)}`;
    around.log.error('wrong-type', value.span, message, hint);
    return [];
  }
  return Array.from(value.entries.values(), (entry) =>
    readComponent(entry, KIND_OF[section], registry, around),
  );
}

function standardDraft(name: string, registry: PluginRegistry, around: Surroundings): Draft {
  const draft = { id: name, kind: 'analyser', span: TOP, from: null, standard: true } as const;
  const definition = registry.find('analyser', name) ?? null;
  if (definition === null) {
    const message = `the standard chain needs '${name}', which is not installed`;
    around.log.error('unknown-plugin', TOP, message, "list the 'analysers' you want");
    return { ...draft, definition, options: {} };
  }
  const nothing: MapValue = { kind: 'map', entries: new Map(), partial: false, span: TOP };
  const unknown = { code: 'unknown-option', noun: 'an option' };
  const owner = { name, span: TOP, reserved: [], unknown };
  return {
    ...draft,
    definition,
    options: decodeOptions(definition.options, nothing, owner, around),
  };
}

/** What stands in for `analysers` where it is left out. */
export function standardChain(registry: PluginRegistry, around: Surroundings): Draft[] {
  return STANDARD_CHAIN.map((name) => standardDraft(name, registry, around));
}

/** Ids are one name space, as `from` and the log name components by them alone. */
export function checkIds(drafts: readonly Draft[], { log }: Surroundings): void {
  const seen = new Map<string, Draft>();
  for (const draft of drafts) {
    const { id, span } = draft;
    const first = seen.get(id);
    if (PLURALS.has(id)) {
      log.error('bad-id', span, `'${id}' is a topic's name, and can't be an id`);
    } else if (!ID.test(id)) {
      const hint = 'letters, digits and _ . @ : -, at most 64, beginning with a letter, digit or _';
      log.error('bad-id', span, `'${id}' can't be an id`, hint);
    } else if (first !== undefined) {
      // The standard chain comes from no line: the one that the user wrote has to give way.
      const told = draft.standard ? first : draft;
      const other = draft.standard
        ? 'an analyser of the standard chain has that id'
        : `a ${first.kind} in line ${log.lineOf(first.span.start)} has that id`;
      log.error('duplicate-id', told.span, `'${id}' is taken: ${other}`);
    }
    if (first === undefined) seen.set(id, draft);
  }
}
