/** Whether what a plugin's file exports is a definition. */
import type { OptionSpec } from '../api.ts';
import { defaultFaults } from './defaults.ts';

/** One thing wrong with a definition. */
export interface DefinitionFault {
  /** The property at fault; empty for the whole. */
  readonly property: readonly string[];
  /** One sentence: what is wrong, and what to do. */
  readonly text: string;
}

/** The version of the API that this program has. */
const API_VERSION = 1;

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

function areWords(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
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

/** What keeps an option's default and bounds from being read at all. */
function shapeFault({ type, default: usual, min, max }: Loose): string | null {
  const isList = Array.isArray(usual);
  if (typeof usual === 'object' && !(isList && type === 'list')) {
    return `its 'default' does not fit type ${String(type)}`;
  }
  if (isList && !usual.every((one) => typeof one === 'string')) {
    return "its 'default' is a list of texts";
  }
  const bound = type === 'int' || type === 'number' ? 'number' : 'string';
  const odd = Object.entries({ min, max }).find(
    ([, value]) => value !== undefined && typeof value !== bound,
  );
  return odd === undefined ? null : `its '${odd[0]}' is to be a ${bound}`;
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
    if (spec['type'] === 'enum' && !areWords(spec['values'])) {
      yield { property, text: `option '${name}': an enum has 'values', a list of words` };
      continue;
    }
    if (spec['type'] === 'list' && !['string', 'path', 'int'].includes(String(spec['of']))) {
      yield { property, text: `option '${name}': a list is 'of' string, path or int` };
      continue;
    }
    const shape = shapeFault(spec);
    if (shape !== null) {
      yield { property, text: `option '${name}': ${shape}` };
      continue;
    }
    for (const text of defaultFaults(name, spec as unknown as OptionSpec)) yield { property, text };
  }
}

function apiText(found: unknown): string {
  const state = `state the version it is made for: api: ${API_VERSION}`;
  if (typeof found !== 'number') return `it is made for no API; ${state}`;
  const what = `it is made for API ${found}, and this unackd has API ${API_VERSION}`;
  return found > API_VERSION ? `${what}; a newer unackd may have it` : `${what}; ${state}`;
}

/** All that is wrong with what is declared; functions are not looked at. */
export function* declarationFaults(found: Loose): Generator<DefinitionFault> {
  const { kind, api, name, remembers } = found;
  if (api !== API_VERSION) yield { property: ['api'], text: apiText(api) };
  if (!KINDS.has(String(kind))) {
    const text = 'it says not what it is: make it with defineSource, defineAnalyser or defineSink';
    yield { property: ['kind'], text };
  }
  if (typeof name !== 'string' || !NAME.test(name)) {
    const text = `'name' wants small letters, digits and -, at most 64, not ${JSON.stringify(name)}`;
    yield { property: ['name'], text };
  }
  if (!isLine(found['doc'])) {
    yield { property: ['doc'], text: "'doc' is missing: one line on what it does" };
  }
  // Segments go from sources to analysers alone: no sink could keep up.
  if (kind === 'sink') yield* topicFaults(found, 'reads', TOPICS.slice(1));
  if (kind === 'analyser') yield* topicFaults(found, 'reads', TOPICS);
  if (kind === 'analyser') yield* topicFaults(found, 'emits', EMITTED);
  if (remembers !== undefined && remembers !== null && !Number.isSafeInteger(remembers)) {
    const text = `'remembers' is a version, a whole number, not ${JSON.stringify(remembers)}`;
    yield { property: ['remembers'], text };
  }
  yield* optionFaults(found['options']);
}

/** All that is wrong; none, and it is a definition. */
export function* definitionFaults(found: unknown): Generator<DefinitionFault> {
  if (!isObject(found)) {
    const text =
      found === undefined
        ? 'it has no default export: export default defineAnalyser({...}), or defineSource, or defineSink'
        : `its default export is no definition: export default defineAnalyser({...})`;
    yield { property: [], text };
    return;
  }
  yield* declarationFaults(found);
  if (typeof found['create'] !== 'function') {
    const text = "'create' is missing: a function that makes an instance";
    yield { property: ['create'], text };
  }
  if (found['check'] !== undefined && typeof found['check'] !== 'function') {
    yield { property: ['check'], text: "'check' is no function" };
  }
}
