/** A pipeline whose incidents are made to order: each SYN that gets no answer becomes one. */
import type { ResolvedConfig, SinkComponent } from '../../src/config/resolved.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import sqlite from '../../plugins/sinks/sqlite/plugin.ts';
import { defineAnalyser, defineSink, defineSource } from 'unackd';
import type { Incident, PluginDefinition, Sink, SinkDefinition } from 'unackd';

/** 2026-09-21T14:13:20Z. */
const START = 1_790_000_000_000_000;

/** Ten seconds between SYNs: each is given up before the next one comes. */
const STEP = 10_000_000;

/** LINKTYPE_RAW: the frame begins with the IP header. */
const RAW = 101;

/** A SYN from 10.2.0.1, port 1024 + n, to 10.1.0.1:8000. */
function syn(n: number): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = new DataView(bytes.buffer);
  bytes.set([0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 2, 0, 1, 10, 1, 0, 1]);
  view.setUint16(20, 1024 + n);
  view.setUint16(22, 8000);
  view.setUint32(24, 1000 + n);
  bytes.set([0x50, 0x02, 0xff, 0xff], 32);
  return bytes;
}

/** SYNs from number `from` to before `to`, one a read; `pace` ms between two reads. */
const syns = defineSource({
  api: 1,
  name: 'syns',
  doc: 'SYNs into the void.',
  options: {
    from: { type: 'int', doc: 'first' },
    to: { type: 'int', doc: 'one after the last' },
    pace: { type: 'int', doc: 'ms' },
  },
  create({ from, to, pace }) {
    let n = from;
    return {
      interfaces: [{ name: 'void', linkType: RAW, filter: null, snapLength: 0 }],
      async read(batch) {
        if (n > from && pace > 0) {
          await new Promise((resolve) => {
            setTimeout(resolve, pace);
          });
        }
        if (n >= to) return false;
        batch.bytes = syn(n);
        batch.offset[0] = 0;
        batch.captured[0] = 40;
        batch.wire[0] = 40;
        batch.time[0] = START + n * STEP;
        batch.iface[0] = 0;
        batch.count = 1;
        n++;
        return true;
      },
    };
  },
});

/** The incident that SYN number n becomes. */
export function incidentOf(n: number): Incident {
  return {
    type: 'incident',
    id: `i-${n}`,
    kind: 'black-hole',
    state: 'firing',
    scope: { kind: 'port', ip: '10.1.0.1', port: 8000, prefix: null },
    started_at: START + n * STEP,
    detected_at: START + n * STEP + 3_500_000,
    resolved_at: null,
    confidence: 0.9999,
    causes: [],
    evidence: { n },
    superseded_by: null,
  };
}

const holes = defineAnalyser({
  api: 1,
  name: 'holes',
  doc: 'An incident for each attempt.',
  options: {},
  reads: ['attempt'],
  emits: ['incident'],
  create: (_options, _host, emit) => ({
    attempt(attempt) {
      if (attempt.final) emit(incidentOf(attempt.client.port - 1024));
      return undefined;
    },
  }),
});

/** The number of the SYN that an incident stands for. */
export function numberOf(message: { readonly evidence?: unknown }): number {
  return Number((message.evidence as { n?: unknown }).n);
}

export interface Plan {
  readonly from?: number;
  readonly to: number;
  /** Ms between two SYNs. */
  readonly pace?: number;
  readonly sinks: readonly SinkComponent[];
  readonly state?: string;
}

export function component(
  id: string,
  definition: PluginDefinition,
  options: Readonly<Record<string, unknown>>,
): SinkComponent {
  return {
    id,
    kind: 'sink',
    definition: definition as SinkDefinition,
    options: { ...defaultOptions(definition.options), ...options },
    inputs: [
      { from: 'holes', topic: 'incident' },
      { from: 'syns', topic: 'notice' },
    ],
  };
}

/** A sink of the test's own. */
export function custom(id: string, sink: Sink): SinkComponent {
  const definition = defineSink({
    api: 1,
    name: id,
    doc: 'A test sink.',
    options: {},
    reads: ['incident', 'notice'],
    create: () => sink,
  });
  return component(id, definition, {});
}

export function database(path: string): SinkComponent {
  return component('history', sqlite, { path });
}

export function configOf({ from = 0, to, pace = 0, sinks, state }: Plan): ResolvedConfig {
  return {
    file: 'test',
    folder: process.cwd(),
    sources: [
      {
        id: 'syns',
        kind: 'source',
        definition: syns,
        // A source with a speed is one that must let others have their turn.
        options: { from, to, pace, speed: 1 },
        inputs: [],
      },
    ],
    analysers: [
      {
        id: 'holes',
        kind: 'analyser',
        definition: holes,
        options: {},
        inputs: [{ from: 'syns', topic: 'attempt' }],
      },
    ],
    sinks,
    flow: { table: 1000 },
    blindAfter: 0,
    state: state ?? null,
    pluginDirs: [],
    names: new Map(),
    silences: [],
    grouping: null,
  };
}
