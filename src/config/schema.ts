/** The JSON Schema of configurations, for editors, from the same declarations that check them. */
import type { OptionSpec, OptionSpecs } from '../plugin/options.ts';
import {
  FROM_DOC,
  GROUPS,
  ID_PATTERN,
  KEEP_DOC,
  KEEP_SETTINGS,
  NAMES_DOC,
  NET_DOC,
  OUTSIDE_SETTINGS,
  PERMISSIONS_DOC,
  PERMISSIONS_SETTINGS,
  SECTION_DOCS,
  SETTINGS,
  SILENCES_DOC,
  SILENCE_SETTINGS,
  USE_DOC,
} from './keys.ts';
import type { NamedPlugin } from './named-plugins.ts';
import { PLURALS, SINK_DEFAULT } from './resolved.ts';
import type { ComponentKind, PluginRegistry } from './resolved.ts';
import { DURATION_PATTERN, SIZE_PATTERN } from './units.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** Any value may come from the environment, and is text in the file then. */
const VARIABLE = '\\$\\{';

/** Keys of a rule. Put in by position: written out, an object with a `then` passes for a promise. */
const RULE_KEYS = ['if', 'then'] as const;

function orVariable(pattern: string): string {
  return `${pattern}|${VARIABLE}`;
}

function numberSchema(spec: { type: 'int' | 'number'; min?: number; max?: number }): Schema {
  return {
    type: [spec.type === 'int' ? 'integer' : 'number', 'string'],
    // Each of these binds values of its own type only.
    pattern: VARIABLE,
    ...(spec.min === undefined ? {} : { minimum: spec.min }),
    ...(spec.max === undefined ? {} : { maximum: spec.max }),
  };
}

function listSchema(item: Schema, required: boolean): Schema {
  const list = { type: 'array', items: item, ...(required ? { minItems: 1 } : {}) };
  return { anyOf: [item, list] };
}

function valueSchema(spec: OptionSpec): Schema {
  switch (spec.type) {
    case 'int':
    case 'number':
      return numberSchema(spec);
    case 'string':
      return { type: 'string' };
    case 'path':
      return { type: 'string', minLength: 1 };
    case 'url':
      return { type: 'string', pattern: orVariable('^https?://[^/?#\\s]') };
    case 'bool':
      return { type: ['boolean', 'string'], pattern: VARIABLE };
    case 'duration':
      return { type: 'string', pattern: orVariable(DURATION_PATTERN) };
    case 'size':
      return { type: ['integer', 'string'], minimum: 0, pattern: orVariable(SIZE_PATTERN) };
    case 'enum':
      return { anyOf: [{ enum: spec.values }, { type: 'string', pattern: VARIABLE }] };
    case 'list':
      return listSchema(valueSchema({ type: spec.of, doc: spec.doc }), isRequired(spec));
  }
}

function isRequired(spec: OptionSpec): boolean {
  return spec.default === undefined && spec.optional !== true;
}

function optionSchema(spec: OptionSpec): Schema {
  const fallback = spec.default === undefined ? {} : { default: spec.default };
  // Draft 7, section 10.3: not to be shown back to the user.
  const secret = 'secret' in spec && spec.secret ? { writeOnly: true } : {};
  return { description: spec.doc, ...valueSchema(spec), ...fallback, ...secret };
}

function propertiesOf(specs: OptionSpecs): Schema {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, optionSchema(spec)]),
  );
}

interface Branch extends NamedPlugin {
  /** Whether it takes `permissions`, and what else plugins from outside do. */
  readonly rights: boolean;
}

const RIGHTS: Schema = {
  permissions: true,
  ...Object.fromEntries(Object.keys(OUTSIDE_SETTINGS).map((key) => [key, true])),
};

/** What holds for components that `use` this plugin. */
function branch({ use, definition: plugin, rights }: Branch): Schema {
  const options = propertiesOf(plugin.options);
  const from = plugin.kind === 'source' ? { keep: true } : { from: true };
  const required = Object.entries(plugin.options).filter(([, spec]) => isRequired(spec));
  const condition = { properties: { use: { const: use } }, required: ['use'] };
  const consequence = {
    description: plugin.doc,
    properties: { use: true, ...from, ...(rights ? RIGHTS : {}), ...options },
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required: required.map(([name]) => name) }),
  };
  return Object.fromEntries([condition, consequence].map((part, at) => [RULE_KEYS[at], part]));
}

function componentSchema(
  kind: ComponentKind,
  registry: PluginRegistry,
  named: readonly NamedPlugin[],
): Schema {
  const bundled = registry.names(kind).flatMap((name) => registry.find(kind, name) ?? []);
  const plugins: readonly Branch[] = [
    ...bundled.map((definition) => ({ use: definition.name, definition, rights: false })),
    ...named
      .filter(({ definition }) => definition.kind === kind)
      .map((one) => Object.assign({ rights: true }, one)),
  ];
  const names = plugins.map(({ use, definition: { doc } }) => ({ const: use, description: doc }));
  const elsewhere = { type: 'string', pattern: `^\\.{0,2}/|\\.(ts|mjs)$|${VARIABLE}` };
  const usual = kind === 'sink' ? { default: SINK_DEFAULT.map((topic) => `${topic}s`) } : {};
  const reference = { type: 'string', minLength: 1, examples: [...PLURALS.keys()] };
  const from = { from: { description: FROM_DOC, ...listSchema(reference, true), ...usual } };
  const keep = { keep: groupSchema({ doc: KEEP_DOC, settings: KEEP_SETTINGS }) };
  return {
    type: 'object',
    properties: {
      use: { description: USE_DOC, anyOf: [...names, elsewhere] },
      ...(kind === 'source' ? keep : from),
      permissions: permissionsSchema(),
      ...propertiesOf(OUTSIDE_SETTINGS),
    },
    required: ['use'],
    allOf: plugins.map((plugin) => branch(plugin)),
  };
}

function sectionSchema(description: string, kind: ComponentKind, least: 0 | 1): Schema {
  return {
    description,
    type: 'object',
    propertyNames: { pattern: ID_PATTERN, not: { enum: [...PLURALS.keys()] } },
    additionalProperties: { $ref: `#/definitions/${kind}` },
    ...(least === 0 ? {} : { minProperties: least }),
  };
}

function groupSchema({
  doc,
  settings: specs,
}: {
  readonly doc: string;
  readonly settings: OptionSpecs;
}): Schema {
  const required = Object.keys(specs).filter((name) => isRequired(specs[name]));
  return {
    description: doc,
    type: 'object',
    properties: propertiesOf(specs),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
  };
}

/** Of a plugin from outside. */
function permissionsSchema(): Schema {
  return {
    description: PERMISSIONS_DOC,
    type: 'object',
    properties: {
      ...propertiesOf(PERMISSIONS_SETTINGS),
      net: {
        description: NET_DOC,
        anyOf: [
          { type: 'boolean' },
          listSchema({ type: 'string', pattern: `:[0-9]{1,5}$|${VARIABLE}` }, false),
        ],
      },
    },
    additionalProperties: false,
  };
}

/** Ports may be numbers, too. */
function portsSchema(): Schema {
  const { doc } = SILENCE_SETTINGS.ports;
  const port = { anyOf: [{ type: 'integer', minimum: 0, maximum: 65_535 }, { type: 'string' }] };
  return { description: doc, ...listSchema(port, false) };
}

/**
 * Draft 7, which editors know best.
 * @param named plugins from outside, besides those of the registry
 */
export function configSchema(registry: PluginRegistry, named: readonly NamedPlugin[] = []): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'unackd configuration',
    type: 'object',
    properties: {
      sources: sectionSchema(SECTION_DOCS.sources, 'source', 1),
      analysers: sectionSchema(SECTION_DOCS.analysers, 'analyser', 0),
      sinks: sectionSchema(SECTION_DOCS.sinks, 'sink', 1),
      ...propertiesOf(SETTINGS),
      ...Object.fromEntries(
        Object.entries(GROUPS).map(([name, group]) => [name, groupSchema(group)]),
      ),
      names: {
        description: NAMES_DOC,
        type: 'object',
        additionalProperties: { type: 'string', minLength: 1 },
      },
      silences: {
        description: SILENCES_DOC,
        type: 'object',
        propertyNames: { pattern: ID_PATTERN },
        additionalProperties: {
          type: 'object',
          properties: { ...propertiesOf(SILENCE_SETTINGS), ports: portsSchema() },
          additionalProperties: false,
        },
      },
    },
    required: ['sources', 'sinks'],
    additionalProperties: false,
    definitions: {
      source: componentSchema('source', registry, named),
      analyser: componentSchema('analyser', registry, named),
      sink: componentSchema('sink', registry, named),
    },
  };
}

/** The schema as its file has it. */
export function schemaText(registry: PluginRegistry, named: readonly NamedPlugin[] = []): string {
  return `${JSON.stringify(configSchema(registry, named), null, 2)}\n`;
}
