/** A configuration's pipeline in words, for `check`. */
import { TOPICS } from './resolved.ts';
import type { ResolvedComponent, ResolvedConfig } from './resolved.ts';

type Components = ReadonlyMap<string, ResolvedComponent>;

function upstreamOf(component: ResolvedComponent, components: Components): Set<string> {
  const found = new Set<string>();
  const open = [component];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { from } of next.inputs) {
      const other = components.get(from);
      if (other === undefined || found.has(from)) continue;
      found.add(from);
      open.push(other);
    }
  }
  return found;
}

/** Analysers side by side share a step. */
function steps(config: ResolvedConfig, within: ReadonlySet<string>): string[] {
  const depths = new Map<string, number>();
  const byDepth: string[][] = [];
  for (const { id, inputs } of config.analysers) {
    if (!within.has(id)) continue;
    const depth = 1 + Math.max(-1, ...inputs.map(({ from }) => depths.get(from) ?? -1));
    depths.set(id, depth);
    byDepth[depth] = [...(byDepth[depth] ?? []), id];
  }
  return byDepth.map((ids) => ids.join(', '));
}

function way(config: ResolvedConfig, within: ReadonlySet<string>): string[] {
  const sources = config.sources.filter(({ id }) => within.has(id));
  const first = sources.map(({ id, definition }) => `${id} (${definition.name})`).join(', ');
  return [...(first === '' ? [] : [first]), ...steps(config, within)];
}

/**
 * One line a sink, with all that its data comes through:
 * `eth0 (pcap) -> retry -> icmp -> history (sqlite): attempts, notices`. What
 * reaches no sink has a line of its own.
 */
export function describeGraph(config: ResolvedConfig): string {
  const all = [...config.sources, ...config.analysers, ...config.sinks];
  const components: Components = new Map(all.map((component) => [component.id, component]));
  const reached = new Set<string>();
  const lines = config.sinks.map((sink) => {
    const upstream = upstreamOf(sink, components);
    for (const id of upstream) reached.add(id);
    const topics = TOPICS.filter((topic) => sink.inputs.some((edge) => edge.topic === topic));
    const what = topics.length === 0 ? 'nothing' : topics.map((topic) => `${topic}s`).join(', ');
    return `${[...way(config, upstream), `${sink.id} (${sink.definition.name})`].join(' -> ')}: ${what}`;
  });
  for (const component of [...config.sources, ...config.analysers]) {
    if (reached.has(component.id)) continue;
    const upstream = upstreamOf(component, components).add(component.id);
    lines.push(`${way(config, upstream).join(' -> ')}: read by no sink`);
  }
  return lines.join('\n');
}
