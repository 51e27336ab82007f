/** Whether what a plugin's file exports is a definition. */
import type { OptionSpec, PluginDefinition } from '../api.ts';
import { defaultFaults } from './defaults.ts';

/** One thing wrong with a definition. */
export interface DefinitionFault {
  /** The property at fault; empty for the whole. */
  readonly property: readonly string[];
  /** One sentence: what is wrong, and what to do. */
  readonly text: string;
}

const KINDS = new Set(['source', 'analyser', 'sink']);
const TOPICS = ['segment', 'attempt', 'endpoint', 'incident', 'notice'];
const EMITTED = ['endpoint', 'incident', 'notice'];
/** What `use` can name, and ids usually repeat. */
const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const OPTION_NAME = /^[a-z][a-z0-9_]{0,63}$/;
/** Keys of every component, which are the engine's. */
const RESERVED = new Set(['use', 'from', 'keep', 'permissions', 'memory']);
const TYPES: readonly OptionSpec['type'][] = [
  'int',
  'number',
  'string',
  'path',
  'url',
  'bool',
  'duration',
  'size',
  'enum',
  'list',
];

type Loose = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLine(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\n');
}

function oneOf(words: readonly string[]): string {
  return words.join(', ');
}

/** A list of topics: words, each once, of those that there are. */
function* topicFaults(found: Loose, property: 'reads' | 'emits', allowed: readonly string[]) {
  const topics = found[property];
  if (!Array.isArray(topics)) {
    yield { property: [property], text: `'${property}' is missing: a list of ${oneOf(allowed)}` };
    return;
  }
  for (const topic of topics as unknown[]) {
    if (typeof topic === 'string' && allowed.includes(topic)) continue;
    const text = `'${property}' has ${JSON.stringify(topic)}; there are ${oneOf(allowed)}`;
    yield { property: [property], text };
  }
  if (new Set(topics).size < topics.length) {
    yield { property: [property], text: `'${property}' names a topic twice` };
  }
}

function* optionFaults(options: unknown): Generator<DefinitionFault> {
  if (!isObject(options)) {
    yield { property: ['options'], text: "'options' is missing: {} for none" };
    return;
  }
  for (const [name, spec] of Object.entries(options)) {
    const property = ['options', name];
    if (!OPTION_NAME.test(name)) {
      yield { property, text: `option '${name}': small letters, digits and _ make a name` };
    }
    if (RESERVED.has(name)) {
      yield { property, text: `option '${name}': every component has that key; take another name` };
    }
    if (!isObject(spec) || !TYPES.includes(spec['type'] as OptionSpec['type'])) {
      yield { property, text: `option '${name}': 'type' is one of ${oneOf(TYPES)}` };
      continue;
    }
    if (!isLine(spec['doc'])) {
      yield { property, text: `option '${name}': 'doc' is missing: one line on what it does` };
    }
    if (spec['type'] === 'enum' && !(Array.isArray(spec['values']) && spec['values'].length > 0)) {
      yield { property, text: `option '${name}': an enum has 'values', a list of words` };
      continue;
    }
    if (spec['type'] === 'list' && !['string', 'path', 'int'].includes(String(spec['of']))) {
      yield { property, text: `option '${name}': a list is 'of' string, path or int` };
      continue;
    }
    for (const text of defaultFaults(name, spec as unknown as OptionSpec)) yield { property, text };
  }
}

/** All that is wrong; none, and it is a definition. */
export function definitionFaults(found: unknown): readonly DefinitionFault[] {
  if (!isObject(found)) {
    const text =
      found === undefined
        ? 'it has no default export: export default defineAnalyser({...}), or defineSource, or defineSink'
        : `its default export is no definition: export default defineAnalyser({...})`;
    return [{ property: [], text }];
  }
  const faults: DefinitionFault[] = [];
  const fault = (property: string, text: string): void => {
    faults.push({ property: [property], text });
  };
  const { kind } = found;
  if (!KINDS.has(String(kind))) {
    fault(
      'kind',
      'it says not what it is: make it with defineSource, defineAnalyser or defineSink',
    );
  }
  if (found['api'] !== 1) {
    fault('api', `it is for version ${String(found['api'])} of the API, and this is 1: api: 1`);
  }
  if (typeof found['name'] !== 'string' || !NAME.test(found['name'])) {
    fault('name', `'name' wants small letters, digits and -, not ${JSON.stringify(found['name'])}`);
  }
  if (!isLine(found['doc'])) fault('doc', "'doc' is missing: one line on what it does");
  if (typeof found['create'] !== 'function') {
    fault('create', "'create' is missing: a function that makes an instance");
  }
  if (found['check'] !== undefined && typeof found['check'] !== 'function') {
    fault('check', "'check' is no function");
  }
  if (kind !== 'source') faults.push(...topicFaults(found, 'reads', TOPICS));
  if (kind === 'analyser') faults.push(...topicFaults(found, 'emits', EMITTED));
  const { remembers } = found;
  if (remembers !== undefined && !Number.isInteger(remembers)) {
    fault(
      'remembers',
      `'remembers' is a version, a whole number, not ${JSON.stringify(remembers)}`,
    );
  }
  return [...faults, ...optionFaults(found['options'])];
}

/** Narrows what a file exports. */
export function isDefinition(found: unknown): found is PluginDefinition {
  return definitionFaults(found).length === 0;
}
