import type { Sheet } from '../face/page.ts';
import { termLines } from '../face/term-list.ts';
import { wrapText } from '../face/wrap.ts';
import type { OptionSpec, PluginDefinition } from '../plugin/api.ts';

const HEADING = ['OPTION', 'TYPE', 'DEFAULT', ''];
const KINDS = ['source', 'analyser', 'sink'] as const;

type Width = Pick<Sheet, 'width'>;

/** All plugins, a line each, by kind. */
export function pluginLines(plugins: readonly PluginDefinition[], sheet: Width): string[] {
  const width = Math.max(...plugins.map(({ name }) => name.length));
  const lines: string[] = [];
  for (const kind of KINDS) {
    const terms = plugins
      .filter((plugin) => plugin.kind === kind)
      .map(({ name, doc }) => [name.padEnd(width), doc]);
    if (terms.length > 0) lines.push(`${kind.toUpperCase()}S`, ...termLines(terms, sheet));
  }
  return lines;
}

function typeOf(spec: OptionSpec): string {
  if (spec.type === 'enum') return spec.values.join(' | ');
  return spec.type === 'list' ? `${spec.of}, or a list` : spec.type;
}

function defaultOf(spec: OptionSpec): string {
  if (spec.default !== undefined) return JSON.stringify(spec.default);
  return spec.optional === true ? '-' : 'required';
}

/** One plugin with its options. */
export function pluginPage(plugin: PluginDefinition, sheet: Width): string[] {
  const rows = Object.entries(plugin.options).map(([name, spec]) => [
    name,
    typeOf(spec),
    defaultOf(spec),
    'secret' in spec && spec.secret ? `${spec.doc} (secret)` : spec.doc,
  ]);
  const head = [`${plugin.name} (${plugin.kind}): ${plugin.doc}`];
  if (plugin.kind !== 'source') head.push(`reads ${plugin.reads.join(', ')}`);
  if (plugin.kind === 'analyser') head.push(`emits ${plugin.emits.join(', ') || 'nothing'}`);
  if (rows.length === 0) head.push('no options');
  return [
    ...head.flatMap((line) => wrapText(line, { width: sheet.width, first: '', rest: '  ' })),
    ...(rows.length === 0 ? [] : ['', ...termLines([HEADING, ...rows], sheet)]),
  ];
}
