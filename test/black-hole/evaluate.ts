/** Runs a story's capture through the engine and compares the incidents with what is true. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import blackHole from '../../plugins/analysers/black-hole/plugin.ts';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { ResolvedConfig } from '../../src/config/resolved.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { AnalyserDefinition } from '../../src/plugin/api.ts';
import { defineSink } from '../../src/plugin/api.ts';
import { START, type Scenario } from '../simulator/scenario.ts';
import { simulate } from '../simulator/simulate.ts';
import type { Expected, Story } from './scenarios.ts';
import { BARE } from '../support/bare-config.ts';

/** An incident's record, and the capture time at which it was told. */
export interface Told {
  readonly incident: Incident;
  readonly at: number;
}

/** Notes capture time as the analyser knows it whenever it emits. */
function watched(told: Told[]): AnalyserDefinition {
  return {
    ...blackHole,
    create: (options, host, emit) => {
      let now = 0;
      const inner = blackHole.create(options, host, (message) => {
        if (message.type === 'incident') told.push({ incident: message, at: now });
        emit(message);
      });
      return {
        syn(a) {
          now = Math.max(now, a.at);
          inner.syn?.(a);
        },
        attempt(a) {
          now = Math.max(now, a.at);
          return inner.attempt?.(a);
        },
        advance(time) {
          now = Math.max(now, time);
          inner.advance?.(time);
        },
        end: (time) => inner.end?.(time),
      };
    },
  };
}

const nowhere = defineSink({
  api: 1,
  name: 'nowhere',
  doc: 'Takes everything.',
  options: {},
  reads: ['attempt', 'incident'],
  create: () => ({ finalOnly: true, attempt: () => undefined, incident: () => undefined }),
});

/** All incidents that are told of a capture, in order. */
export async function incidentsIn(
  capture: Uint8Array,
  options: Record<string, unknown> = {},
): Promise<Told[]> {
  const told: Told[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'black-hole-'));
  try {
    const file = join(folder, 'capture.pcap');
    writeFileSync(file, capture);
    const definition = watched(told);
    const config: ResolvedConfig = {
      ...BARE,
      folder,
      sources: [
        {
          id: 'capture',
          kind: 'source',
          definition: pcap,
          options: { path: [file], vantage: 'auto', speed: 0 },
          inputs: [],
        },
      ],
      analysers: [
        {
          id: 'holes',
          kind: 'analyser',
          definition,
          options: { ...defaultOptions(definition.options), ...options },
          inputs: [{ from: 'capture', topic: 'attempt' }],
        },
      ],
      sinks: [
        {
          id: 'nowhere',
          kind: 'sink',
          definition: nowhere,
          options: {},
          inputs: [{ from: 'holes', topic: 'incident' }],
        },
      ],
      flow: { table: 200_000 },
    };
    await new Engine(config, { log: () => undefined }).run();
  } finally {
    rmSync(folder, { recursive: true });
  }
  return told;
}

export function placeOf({ scope }: Incident): string {
  if (scope.kind === 'network') return scope.prefix ?? '';
  if (scope.kind === 'host') return scope.ip ?? '';
  return `${scope.ip}:${scope.port}`;
}

export interface Outcome {
  readonly found: number;
  readonly missed: readonly Expected[];
  /** Incidents that nothing explains. */
  readonly wrong: readonly Told[];
  /** Seconds from the fault's begin until told, and from its end until told to be over. */
  readonly detection: readonly number[];
  readonly recovery: readonly number[];
  /** Found, but not told to be over. */
  readonly unresolved: number;
  readonly told: readonly Told[];
}

/** Seconds after the start. */
function since(time: number): number {
  return (time - START) / 1e6;
}

export function judged(
  { expected, tolerated = [] }: Story,
  told: readonly Told[],
  duration: number,
): Outcome {
  const wrong = new Set(told);
  const missed: Expected[] = [];
  const detection: number[] = [];
  const recovery: number[] = [];
  let unresolved = 0;
  for (const want of expected) {
    const mine = told.filter(
      ({ incident }) =>
        want.kinds.includes(incident.kind) &&
        incident.scope.kind === want.scope &&
        placeOf(incident) === want.place &&
        since(incident.started_at) >= want.from - 4 &&
        since(incident.started_at) < want.until,
    );
    // A narrower one that was told first and taken over is no falsehood.
    const ids = new Set(mine.map(({ incident }) => incident.id));
    for (const one of told) {
      const heir = told.find(
        ({ incident }) => incident.id === one.incident.id && incident.superseded_by !== null,
      );
      const by = heir?.incident.superseded_by ?? null;
      if (ids.has(one.incident.id) || (by !== null && ids.has(by))) wrong.delete(one);
    }
    const first = mine.find(({ incident }) => incident.state === 'firing');
    if (first === undefined || (want.flaps === true && ids.size > 1)) {
      missed.push(want);
      continue;
    }
    detection.push(since(first.at) - want.from);
    const last = mine[mine.length - 1];
    if (last.incident.state === 'resolved') recovery.push(since(last.at) - want.until);
    else if (want.until < duration) unresolved++;
  }
  const falsely = [...wrong].filter(({ incident }) => !tolerated.includes(placeOf(incident)));
  return {
    found: detection.length,
    missed,
    wrong: falsely,
    detection,
    recovery,
    unresolved,
    told,
  };
}

/** One story with one seed. */
export async function evaluate(
  name: string,
  story: Story,
  seed: string | number,
  options: Record<string, unknown> = {},
): Promise<Outcome> {
  const scenario: Scenario = { ...story.scenario, seed: `${name}/${seed}` };
  const { capture } = simulate(scenario);
  return judged(story, await incidentsIn(capture, options), scenario.duration);
}
