import type { OptionSpec, PluginDefinition } from '../plugin/api.ts';

const KINDS = ['source', 'analyser', 'sink'] as const;

/** Rows as columns, two spaces apart, with an indent. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    `  ${row.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd(),
  );
}

/** All plugins, a line each, by kind. */
export function pluginLines(plugins: readonly PluginDefinition[]): string[] {
  const rows = columns(plugins.map(({ name, doc }) => [name, doc]));
  const lines: string[] = [];
  for (const kind of KINDS) {
    const those = rows.filter((_, i) => plugins[i].kind === kind);
    if (those.length > 0) lines.push(`${kind.toUpperCase()}S`, ...those);
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
export function pluginPage(plugin: PluginDefinition): string[] {
  const rows = Object.entries(plugin.options).map(([name, spec]) => [
    name,
    typeOf(spec),
    defaultOf(spec),
    'secret' in spec && spec.secret ? `${spec.doc} (secret)` : spec.doc,
  ]);
  const head = [`${plugin.name} (${plugin.kind}): ${plugin.doc}`];
  if (plugin.kind !== 'source') head.push(`reads ${plugin.reads.join(', ')}`);
  if (plugin.kind === 'analyser') head.push(`emits ${plugin.emits.join(', ') || 'nothing'}`);
  return rows.length === 0
    ? [...head, 'no options']
    : [...head, '', ...columns([['OPTION', 'TYPE', 'DEFAULT', ''], ...rows])];
}
