/** Runs a configuration with captures for its sources, and keeps what comes out. */
import { defaultOptions } from '../config/defaults.ts';
import { attemptEnds, type Handed } from '../config/ends.ts';
import type { Edge, PluginRegistry, ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import { Engine } from '../engine/engine.ts';
import { OUTCOMES, type Outcome } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import { defineSink, type SourceDefinition } from '../plugin/api.ts';
import type { TestCase } from './suite.ts';

export interface Collected {
  readonly attempts: Record<Outcome, number>;
  readonly endpoints: Endpoint[];
  /** By id, each in its last state. */
  readonly incidents: Map<string, Incident>;
  readonly notices: Notice[];
}

/** All that the pipeline has: what `from: [attempts, endpoints, incidents, notices]` brings. */
function everything({ sources, analysers }: ResolvedConfig): Edge[] {
  const handed = new Map<string, Handed>(
    sources.map(({ id }) => [id, { id, sources: new Set([id]), depth: 0 }]),
  );
  for (const { id, inputs } of analysers) {
    const before = inputs.flatMap(({ from, topic }) =>
      topic === 'attempt' ? (handed.get(from) ?? []) : [],
    );
    if (before.length === 0) continue;
    const from = new Set(before.flatMap((one) => [...one.sources]));
    handed.set(id, { id, sources: from, depth: 1 + Math.max(...before.map((one) => one.depth)) });
  }
  const emitting = (topic: 'endpoint' | 'incident' | 'notice') =>
    analysers
      .filter(({ definition }) => definition.emits.includes(topic))
      .map(({ id }): Edge => ({ from: id, topic }));
  return [
    ...attemptEnds([...handed.values()]).map(({ id }): Edge => ({ from: id, topic: 'attempt' })),
    ...sources.map(({ id }): Edge => ({ from: id, topic: 'endpoint' })),
    ...sources.map(({ id }): Edge => ({ from: id, topic: 'notice' })),
    ...emitting('endpoint'),
    ...emitting('incident'),
    ...emitting('notice'),
  ];
}

/** A capture in a source's place; options that it shares with the pcap source stay. */
function standIn(
  source: SourceComponent,
  path: readonly string[],
  pcap: SourceDefinition,
): SourceComponent {
  const kept = source.definition === pcap ? source.options : {};
  const options = { ...defaultOptions(pcap.options), ...kept, path, speed: 0 };
  return { ...source, definition: pcap, options };
}

/**
 * Runs one test's captures. Sources without a capture stay silent; sinks are
 * not made, so that nobody is told.
 */
export async function collect(
  { config, captures }: TestCase,
  registry: PluginRegistry,
): Promise<Collected> {
  const collected: Collected = {
    attempts: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<
      Outcome,
      number
    >,
    endpoints: [],
    incidents: new Map(),
    notices: [],
  };
  const collector = defineSink({
    api: 1,
    name: 'collector',
    doc: 'Keeps what comes out.',
    options: {},
    reads: ['attempt', 'endpoint', 'incident', 'notice'],
    create: () => ({
      finalOnly: true,
      attempt: ({ outcome }) => void collected.attempts[outcome]++,
      endpoint: (endpoint) => void collected.endpoints.push(endpoint),
      incident: (incident) => void collected.incidents.set(incident.id, incident),
      notice: (notice) => void collected.notices.push(notice),
    }),
  });
  const pcap = registry.find('source', 'pcap') as SourceDefinition;
  const sources = config.sources.flatMap((source) => {
    const path = captures.get(source.id);
    return path === undefined ? [] : [standIn(source, path, pcap)];
  });
  const replaced = { ...config, sources, state: null };
  const inputs = everything(replaced);
  const sinks = [
    { id: 'collector', kind: 'sink' as const, definition: collector, options: {}, inputs },
  ];
  await new Engine({ ...replaced, sinks }, { log: () => undefined }).run();
  return collected;
}
