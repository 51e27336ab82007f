import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../src/engine/engine.ts';
import type { ResolvedConfig } from '../../src/config/resolved.ts';
import { Pipeline } from '../../src/engine/pipeline.ts';
import { Board } from '../../src/watch/board.ts';
import { configOf as madeToOrder, custom } from '../delivery/pipeline.ts';
import type { Incident } from 'unackd';

/** Runs the source `syns`, whose analyser `holes` makes an incident of each SYN, and reloads in the midst of it. */
async function reloaded(change: (config: ResolvedConfig) => ResolvedConfig): Promise<Incident[]> {
  const told: Incident[] = [];
  const sink = custom('out', { incident: (incident) => told.push(incident) });
  const config = madeToOrder({ to: 20, pace: 20, sinks: [sink] });
  const engine = new Engine(config, { log: () => {} });
  const running = engine.run();
  while (told.length < 5) await sleep(5);
  await engine.reload(change(config));
  engine.stop();
  await running;
  return told;
}

/** By id, what was told last. */
function last(told: readonly Incident[]): Map<string, Incident> {
  return new Map(told.map((incident) => [incident.id, incident]));
}

describe('a reload', () => {
  it('ends the incidents of an analyser that it takes away, with the reason', async () => {
    const told = await reloaded((config) => ({ ...config, analysers: [], sinks: config.sinks }));
    const open = [...last(told).values()];
    assert.ok(open.length >= 5);
    for (const { state, resolved_at: at, detected_at: detected, evidence } of open) {
      assert.equal(state, 'resolved');
      assert.ok(Number(at) >= detected);
      assert.equal(evidence['withdrawn'], 'the analyser holes was removed');
    }
  });

  it('ends those of a source that it takes away or changes', async () => {
    for (const [word, change] of [
      ['removed', { id: 'others' }],
      ['changed', { options: { from: 100, to: 101, pace: 0, speed: 1 } }],
    ] as const) {
      const told = await reloaded((config) => ({
        ...config,
        sources: config.sources.map((source) => ({ ...source, ...change })),
      }));
      const withdrawn = [...last(told).values()].filter(({ evidence }) => 'withdrawn' in evidence);
      assert.ok(withdrawn.length >= 5, word);
      for (const { evidence } of withdrawn) {
        assert.equal(evidence['withdrawn'], `the source syns was ${word}`);
      }
    }
  });

  it('leaves firing what goes on being watched', async () => {
    const told = await reloaded((config) => ({ ...config, flow: { table: 500 } }));
    for (const { state } of last(told).values()) assert.equal(state, 'firing');
  });

  it('does not end twice what has ended', async () => {
    const told = await reloaded((config) => ({ ...config, analysers: [] }));
    const ends = told.filter(({ state }) => state === 'resolved').map(({ id }) => id);
    assert.equal(new Set(ends).size, ends.length);
  });

  it('leaves who looks on with every change of an attempt', () => {
    const pipeline = new Pipeline({ source: 'wire', table: 1024, vantage: null, live: true });
    pipeline.setAnalysers([]);
    assert.equal(pipeline.flow.hearsAll, false);
    assert.equal(new Board(pipeline, undefined).entries.length, 0);
    pipeline.setAnalysers([]);
    assert.equal(pipeline.flow.hearsAll, true);
  });
});
