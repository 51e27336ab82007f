/** docs/configuration.md's reference, from the same declarations that check a configuration. */
import type { PluginDefinition } from '../src/plugin/api.ts';
import type { OptionSpec, OptionSpecs } from '../src/plugin/options.ts';
import {
  FROM_DOC,
  GROUPS,
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
} from '../src/config/keys.ts';
import { SINK_DEFAULT } from '../src/config/resolved.ts';
import type { ComponentKind, PluginRegistry } from '../src/config/resolved.ts';

/** In docs/configuration.md: what follows is written by `npm run docs`. */
export const MARK = '<!-- npm run docs: from here on -->';

/** Examples, where the declaration does not show how a value looks. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'pcap.path': "'captures/*.pcap'",
  'pcap.speed': '20',
  'live.interface': '[eth0, eth1]',
  'live.filter': 'net 10.0.0.0/8',
  'live.user': 'nobody',
  'live.vantage': 'server',
  'pcap.vantage': 'server',
  'black-hole.false_alarms': '0.001',
  'black-hole.for': '10s',
  'black-hole.keep_firing_for': '30s',
  'black-hole.expect': "['10.1.0.1:443', 10.2.0.0/24]",
  'black-hole.only': '[10.0.0.0/8]',
  'black-hole.ignore': "['10.1.0.1:8080']",
  'sqlite.path': '/var/lib/unackd/unackd.db',
  'sqlite.retention': '30d',
  'sqlite.max_size': '2GiB',
  'webhook.url': "'${HOOK_URL}'",
  'webhook.template': `'{"title": "{{event}}", "body": "{{summary}}"}'`,
  'webhook.secret': "'${HOOK_SECRET}'",
  'webhook.secret_file': '/etc/unackd/hook.key',
  'webhook.routing_key': "'${ROUTING_KEY}'",
  'webhook.headers': "['Authorization: Bearer ${TOKEN}']",
  'webhook.ca': '/etc/unackd/ca.pem',
  'syslog.transport': 'tcp',
  'syslog.facility': 'local3',
  'syslog.port': '6514',
  'syslog.ca': '/etc/unackd/ca.pem',
  'syslog.hostname': 'probe-1',
  'jsonl.path': "'-'",
  'jsonl.rotate_size': '100MiB',
  'keep.path': '/var/lib/unackd/packets',
  'permissions.read': '[/etc/hosts]',
  'permissions.write': '[/var/lib/mine]',
  'permissions.env': '[TOKEN]',
  'silence.networks': '[10.1.0.0/24]',
  'silence.ports': "['443', '8000-8100']",
  'silence.kinds': '[black-hole]',
  'silence.scopes': '[port]',
  'silence.sources': '[eth0]',
  'silence.from': '2026-10-01T20:00:00Z',
  'silence.until': '2026-10-01T22:00:00Z',
  'silence.cron': "'0 3 * * 0'",
  'silence.for': '2h',
  'silence.timezone': 'Europe/Berlin',
  'silence.comment': 'switch maintenance',
  'admin.listen': 'unix:/run/unackd/admin.sock',
  'top.state': '/var/lib/unackd/state.db',
  'top.plugin_dirs': '[/etc/unackd/plugins]',
};

/** How a value is written, with the unit and the least and most that it may be. */
function typeOf(spec: OptionSpec): string {
  const { min, max } = 'min' in spec || 'max' in spec ? spec : {};
  const range =
    min === undefined && max === undefined
      ? ''
      : max === undefined
        ? `, from ${min}`
        : min === undefined
          ? `, to ${max}`
          : `, ${min} to ${max}`;
  switch (spec.type) {
    case 'enum':
      return spec.values.map((value) => `\`${value}\``).join(', ');
    case 'list':
      return `list of ${spec.of === 'int' ? 'whole numbers' : `${spec.of}s`}`;
    case 'int':
      return `whole number${range}`;
    case 'bool':
      return '`true`, `false`';
    case 'duration':
      return `duration (ms, s, m, h, d)${range}`;
    case 'size':
      return `size (bytes, KiB, MiB, GiB)${range}`;
    default:
      return `${spec.type}${range}`;
  }
}

function defaultOf({ default: fallback, optional }: OptionSpec): string {
  if (fallback === undefined) return optional === true ? '' : '**required**';
  if (Array.isArray(fallback)) return fallback.length === 0 ? '' : `\`[${fallback.join(', ')}]\``;
  return fallback === '' ? '' : `\`${String(fallback)}\``;
}

/** Docs of plugins begin small and have no full stop, those of keys are sentences. */
function sentence(text: string): string {
  const begun = /^\w+:\S/u.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return `${begun.replace(/\.$/u, '')}.`;
}

/** A value as YAML has it, where nothing better is known than the declaration. */
function exampleOf(spec: OptionSpec): string {
  if (spec.type === 'bool') return 'true';
  if (spec.type === 'enum') return spec.values.find((value) => value !== spec.default) ?? '';
  const value = Array.isArray(spec.default) ? spec.default.join(', ') : String(spec.default ?? '');
  if (Array.isArray(spec.default)) return `[${value}]`;
  return /^[\w./-]*$/u.test(value) ? value : `'${value}'`;
}

/** How each option of a plugin, or each key of a map, may be written. */
function examplesOf(name: string, specs: OptionSpecs): Map<string, string> {
  return new Map(
    Object.entries(specs).map(([option, spec]) => [
      option,
      EXAMPLES[`${name}.${option}`] ?? exampleOf(spec),
    ]),
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** @param name what examples go by */
function table(name: string, specs: OptionSpecs): string[] {
  const examples = examplesOf(name, specs);
  const rows = Object.entries(specs).map(([option, spec]) => {
    const secret = 'secret' in spec && spec.secret ? ' A secret: never shown.' : '';
    const doc = `${sentence(spec.doc)}${secret}`;
    const example = `\`${option}: ${examples.get(option)}\``;
    return [`\`${option}\``, typeOf(spec), defaultOf(spec), doc, example];
  });
  return [
    '| key | type | default | what it does | example |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.map((one) => cell(one)).join(' | ')} |`),
    '',
  ];
}

function pluginSection(plugin: PluginDefinition): string[] {
  const page = `../plugins/${plugin.kind}s/${plugin.name}/README.md`;
  const reads =
    plugin.kind === 'source'
      ? ''
      : ` Reads ${plugin.reads.map((topic) => `${topic}s`).join(', ')}.`;
  const emits =
    plugin.kind === 'analyser' && plugin.emits.length > 0
      ? ` Emits ${plugin.emits.map((topic) => `${topic}s`).join(', ')}.`
      : '';
  const options = Object.keys(plugin.options).length === 0 ? ['No options.', ''] : [];
  return [
    `#### \`use: ${plugin.name}\``,
    '',
    `${sentence(plugin.doc)}${reads}${emits} [Its page](${page}).`,
    '',
    ...(options.length > 0 ? options : table(plugin.name, plugin.options)),
  ];
}

/** What every component of a kind has beside its plugin's options. */
function commonSection(kind: ComponentKind): string[] {
  const usual = SINK_DEFAULT.map((topic) => `${topic}s`).join(', ');
  const from = kind === 'sink' ? ` Left out: [${usual}].` : '';
  return [
    'Each has an id of your own, and these keys beside those of its plugin:',
    '',
    `- \`use\` (required): ${USE_DOC}`,
    kind === 'source' ? `- \`keep\`: ${KEEP_DOC} See below.` : `- \`from\`: ${FROM_DOC}${from}`,
    '- `permissions`, `memory`: of a plugin from outside. See [plugins from outside](#plugins-from-outside).',
    '',
  ];
}

function section(kind: ComponentKind, registry: PluginRegistry): string[] {
  const key = `${kind}s` as const;
  const plugins = registry.names(kind).flatMap((name) => registry.find(kind, name) ?? []);
  const keep =
    kind === 'source' ? ['#### `keep`', '', KEEP_DOC, '', ...table('keep', KEEP_SETTINGS)] : [];
  return [
    `### \`${key}\``,
    '',
    SECTION_DOCS[key],
    '',
    ...commonSection(kind),
    ...plugins.flatMap((plugin) => pluginSection(plugin)),
    ...keep,
  ];
}

/** Maps of settings at the top. */
function groupSections(): string[] {
  const lines: string[] = [];
  for (const [name, { doc, settings, example }] of Object.entries(GROUPS)) {
    lines.push(`#### \`${name}\``, '', `${doc} Example: \`${name}: ${example}\``, '');
    lines.push(...table(name, settings));
  }
  return lines;
}

/** The part of docs/configuration.md that begins with {@link MARK}, before it is formatted. */
export function referenceText(registry: PluginRegistry): string {
  return [
    MARK,
    '',
    '## Reference',
    '',
    'Written from the declarations by which configurations are checked. Where it says list, one value may stand for a list of one. Paths are relative to the folder of the configuration. Without a default a key may be left out, unless it is required.',
    '',
    ...(['source', 'analyser', 'sink'] as const).flatMap((kind) => section(kind, registry)),
    '### Of the daemon',
    '',
    ...table('top', SETTINGS),
    ...groupSections(),
    '#### `names`',
    '',
    `${NAMES_DOC} Example: \`names: { '10.1.0.1:443': shop }\``,
    '',
    '#### `silences`',
    '',
    `${SILENCES_DOC} [Alerts](alerts.md) tells how they work.`,
    '',
    ...table('silence', SILENCE_SETTINGS),
    '### Plugins from outside',
    '',
    `A component whose \`use\` is a path runs in a process of its own. ${PERMISSIONS_DOC}`,
    '',
    ...table('permissions', PERMISSIONS_SETTINGS),
    `\`net\` (list of strings, \`true\`, \`false\`): ${NET_DOC}`,
    '',
    ...table('outside', OUTSIDE_SETTINGS),
  ].join('\n');
}
