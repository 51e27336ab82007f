/** The analyser black-hole on a capture that is told as live, stretch by stretch: between two of them the daemon restarts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import blackHole from '../../plugins/analysers/black-hole/plugin.ts';
import sqlite from '../../plugins/sinks/sqlite/plugin.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { ResolvedConfig, SinkComponent } from '../../src/config/resolved.ts';
import { Tally } from '../../src/daemon/tally.ts';
import { Engine } from '../../src/engine/engine.ts';
import { defineSink } from 'unackd';
import type { Incident } from 'unackd';
import { START } from '../simulator/scenario.ts';
import type { Replay } from '../support/live-replay.ts';
import { liveReplay } from '../support/live-replay.ts';
import { BARE } from '../support/bare-config.ts';

/** Seconds after the capture's start. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** What a sink is told from the outbox; `id` is the message's. */
export type Tell = (incident: Incident, id: string) => void;

function teller(tell: Tell): SinkComponent {
  const definition = defineSink({
    api: 1,
    name: 'teller',
    doc: 'Hears incidents from the outbox.',
    options: {},
    reads: ['incident'],
    create: () => ({
      async deliver(message, { id }) {
        if (message.type === 'incident') tell(message, id);
      },
    }),
  });
  const inputs = [{ from: 'holes', topic: 'incident' as const }];
  return { id: 'teller', kind: 'sink', definition, options: {}, inputs };
}

export function configOf(
  folder: string,
  stretch: Stretch,
  tell: Tell,
  options: Record<string, unknown> = {},
  replay: Replay = {},
): ResolvedConfig {
  const from = START + stretch.from * 1e6;
  const until = START + stretch.until * 1e6;
  return {
    ...BARE,
    folder,
    sources: [liveReplay('eth0', join(folder, 'capture.pcap'), { from, until, ...replay })],
    analysers: [
      {
        id: 'holes',
        kind: 'analyser',
        definition: blackHole,
        options: { ...defaultOptions(blackHole.options), ...options },
        inputs: [{ from: 'eth0', topic: 'attempt' }],
      },
    ],
    sinks: [
      teller(tell),
      {
        id: 'history',
        kind: 'sink',
        definition: sqlite,
        options: { ...defaultOptions(sqlite.options), path: join(folder, 'unackd.db') },
        inputs: [{ from: 'holes', topic: 'incident' }],
      },
    ],
  };
}

export function writeCapture(folder: string, capture: Uint8Array): void {
  writeFileSync(join(folder, 'capture.pcap'), capture);
}

export interface Told {
  readonly incidents: readonly Incident[];
  /** What the daemon counts as firing at the beginning and at the end of this life. */
  readonly firing: readonly [number, number];
  readonly log: readonly string[];
}

/** One life of the daemon. */
export async function live(
  folder: string,
  stretch: Stretch,
  options: Record<string, unknown> = {},
): Promise<Told> {
  const incidents: Incident[] = [];
  const log: string[] = [];
  const witness = new Tally();
  let before = 0;
  const config = configOf(folder, stretch, (incident) => incidents.push(incident), options);
  await new Engine(config, {
    log: (id, level, text) => log.push(`${level} ${id}: ${text}`),
    witness,
    prepare: () => {
      before = witness.firing.size;
    },
  }).run();
  return { incidents, log, firing: [before, witness.firing.size] };
}
