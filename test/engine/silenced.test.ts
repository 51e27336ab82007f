import assert from 'node:assert/strict';
import { readConfig } from '../../src/config/read.ts';
import { Engine } from '../../src/engine/engine.ts';
import { bundled } from '../../src/engine/registry.ts';
import { CAPTURES } from '../support/unackd.ts';
import { custom } from '../delivery/pipeline.ts';
import type { Incident, Notice } from 'unackd';

interface Told {
  readonly people: string[];
  readonly records: string[];
}

function line({ state, silenced_by: by }: Incident): string {
  return by === undefined ? state : `${state} silenced by ${by}`;
}

/** What comes of a capture whose port black-holes from 14:14:21 to 14:16:05. */
async function replay(silences: string): Promise<Told> {
  const text = `
sources: { shop: { use: pcap, path: ${CAPTURES}/black-hole.pcap } }
sinks: { out: { use: jsonl, path: '-' } }
silences: ${silences}`;
  const { config, faults } = readConfig(text, 'test.yaml', bundled, {});
  assert.ok(config !== null, faults.map(({ message }) => message).join());
  const told: Told = { people: [], records: [] };
  const people = custom('people', {
    async deliver(message: Incident | Notice) {
      if (message.type === 'incident') told.people.push(line(message));
    },
  });
  const records = custom('records', { incident: (one) => void told.records.push(line(one)) });
  const inputs = [{ from: 'black-hole', topic: 'incident' as const }];
  const sinks = [people, records].map((sink) => Object.assign(sink, { inputs }));
  await new Engine({ ...config, sinks }, { log: () => {} }).run();
  return told;
}

describe('a replay with silences', () => {
  it('keeps from people what came and went within', async () => {
    // 2026-09-21 is a Monday.
    const silences = "{ mondays: { ports: [8000], cron: '0 14 * * 1', for: 1h } }";
    const told = await replay(silences);
    assert.deepEqual(told.people, []);
    assert.deepEqual(told.records, ['firing silenced by mondays', 'resolved silenced by mondays']);
    assert.deepEqual(await replay(silences), told, 'and the same again');
  });

  it('tells what lasts longer than the silence', async () => {
    const told = await replay('{ move: { until: 2026-09-21T14:15:00Z } }');
    assert.deepEqual(told.people, ['firing', 'resolved']);
    assert.deepEqual(told.records, ['firing silenced by move', 'firing', 'resolved']);
  });

  it('leaves other ports alone', async () => {
    const told = await replay('{ move: { ports: [443], until: 2026-10-01T00:00:00Z } }');
    assert.deepEqual(told.people, ['firing', 'resolved']);
    assert.deepEqual(told.records, told.people);
  });
});
