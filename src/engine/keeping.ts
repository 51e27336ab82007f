/** Keeps what analysers of live sources know: when it is written, and in which order with what is told. */
import type { AnalyserComponent, ResolvedConfig } from '../config/resolved.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Owner, Remembered } from '../delivery/remembered.ts';
import type { Incident } from '../model/incident.ts';
import type { JsonValue, Memory, Sink } from '../plugin/api.ts';
import type { AnalyserNode, Held } from './nodes.ts';
import type { Pipeline } from './pipeline.ts';

/** What a kill may cost of baselines, in ms; incidents are written when they are told. */
const SAVED_EVERY_MS = 30_000;

/** Ids of the analysers that keep something across restarts. */
export function remembering({ sources, analysers, forgets }: ResolvedConfig): string[] {
  if (forgets === true || !sources.some(({ definition }) => definition.live === true)) return [];
  return analysers.filter((one) => one.definition.remembers !== undefined).map(({ id }) => id);
}

/** As whom an analyser is remembered; `null` where it is not. */
export function ownerOf({ id, definition }: AnalyserComponent, { held }: Pipeline): Owner | null {
  if (held === null || definition.remembers === undefined) return null;
  return { id, plugin: definition.name, version: definition.remembers };
}

/** As whom the engine keeps which incidents are firing; no component can have such an id. */
export const FIRING = { id: 'firing now', plugin: 'unackd', version: 1 } as const;

function keepFiring(pipeline: Pipeline, { outlets, incident }: Held, memory: Memory): void {
  const by = pipeline.chain.find((node) => node.outlets === outlets);
  // Who remembers nothing will not tell the end after a restart.
  const goesOn = by !== undefined && ownerOf(by.component, pipeline) !== null;
  if (!goesOn || incident.state === 'resolved') memory.delete(incident.id);
  else memory.set(incident.id, { by: by.id, incident: incident as unknown as JsonValue });
}

/** Goes on with the incidents that were firing before the restart: who counts them is told. */
export function recallFiring(
  remembered: Remembered,
  made: ReadonlyMap<string, AnalyserNode>,
  witness: Pick<Sink, 'incident'> | undefined,
): void {
  for (const [id, value] of remembered.recall(FIRING)) {
    const kept = value as { readonly by?: string; readonly incident?: Incident } | null;
    const { by = '', incident } = kept ?? {};
    const node = made.get(by);
    // Its analyser was taken away meanwhile, or the entry makes no sense.
    if (node === undefined || incident?.id !== id) {
      remembered.memoryOf(FIRING).delete(id);
      continue;
    }
    node.outlets.follow(incident);
    witness?.incident?.(incident);
  }
}

/** When a pipeline's analysers were last asked, by performance.now(). */
const savedAt = new WeakMap<Pipeline, number>();

/**
 * Has a pipeline's analysers hand over what has changed since. The next commit writes it.
 * @param all whatever it is; else some may follow later
 */
export function saveAnalysers(pipeline: Pipeline, remembered: Remembered, all: boolean): void {
  savedAt.set(pipeline, performance.now());
  for (const node of pipeline.chain) {
    const owner = ownerOf(node.component, pipeline);
    if (owner !== null) node.save(remembered.memoryOf(owner), all);
  }
}

/**
 * Tells the incidents that a pipeline has held back. They and what their
 * analysers know of them are on disk together before any sink is told: a kill in
 * between costs both or neither, so that none is told twice or forgotten.
 * @param delivery `undefined` where no sink and no analyser needs one
 * @param last the pipeline's analysers go: all that they know is kept
 */
export function tellHeld(pipeline: Pipeline, delivery: Delivery | undefined, last: boolean): void {
  if (pipeline.held === null) return;
  const held = pipeline.held.splice(0);
  const now = performance.now();
  const saved = savedAt.getOrInsert(pipeline, now);
  const due = last || held.length > 0 || now - saved >= SAVED_EVERY_MS;
  if (due && delivery !== undefined) saveAnalysers(pipeline, delivery.remembered, last);
  if (held.length === 0) return;
  const memory = delivery?.remembered.memoryOf(FIRING);
  if (memory !== undefined) for (const one of held) keepFiring(pipeline, one, memory);
  for (const delivers of [true, false]) {
    for (const { outlets, incident } of held) {
      for (const reader of outlets.incidents) {
        if ((reader.delivers === true) === delivers) reader.incident?.(incident);
      }
    }
    if (delivers) delivery?.commit();
  }
}
