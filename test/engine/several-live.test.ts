import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { ResolvedConfig, SourceComponent } from '../../src/config/resolved.ts';
import { STANDARD_CHAIN } from '../../src/config/resolved.ts';
import { Tally } from '../../src/daemon/tally.ts';
import { Engine } from '../../src/engine/engine.ts';
import { bundled } from '../../src/engine/registry.ts';
import type { AnalyserDefinition, Attempt, Endpoint, FrameBatch, Incident } from 'unackd';
import { STORIES } from '../black-hole/scenarios.ts';
import { START } from '../simulator/scenario.ts';
import { simulate } from '../simulator/simulate.ts';
import { withFolder } from '../sinks/places.ts';
import { liveReplay, Step } from '../support/live-replay.ts';
import { taking } from '../support/scripted.ts';

const { scenario } = STORIES['port'];

interface Told {
  readonly attempts: Map<string, Pick<Attempt, 'source' | 'outcome'>>;
  readonly incidents: Incident[];
  readonly notices: string[];
  readonly endpoints: Endpoint[];
}

/** Each source reads the same file; `only` says which frames it has. */
function configOf(
  folder: string,
  ids: readonly string[],
  only: Share,
  inputs: readonly string[] = ids,
): { config: ResolvedConfig; told: Told } {
  const told: Told = { attempts: new Map(), incidents: [], notices: [], endpoints: [] };
  const sink = taking('out', {
    attempt({ client, isn, source, outcome, final }) {
      if (final) told.attempts.set(`${client.ip}:${client.port} ${isn}`, { source, outcome });
    },
    incident: (incident) => told.incidents.push(incident),
    notice: ({ code }) => told.notices.push(code),
    endpoint: (endpoint) => told.endpoints.push(endpoint),
  });
  const step = new Step(ids.length);
  const sources = ids.map((id): SourceComponent => {
    const keep = (batch: FrameBatch, i: number): boolean => only(id, batch, i);
    return liveReplay(id, join(folder, 'capture.pcap'), { frames: 1, step, keep });
  });
  const config = {
    file: 'test',
    folder,
    sources,
    analysers: STANDARD_CHAIN.map((name, i) => {
      const definition = bundled.find('analyser', name) as AnalyserDefinition;
      const from = i === 0 ? inputs : [STANDARD_CHAIN[i - 1]];
      return {
        id: name,
        kind: 'analyser' as const,
        definition,
        options: defaultOptions(definition.options),
        inputs: from.map((one) => ({ from: one, topic: 'attempt' as const })),
      };
    }),
    sinks: [
      {
        ...sink,
        inputs: [
          ...sink.inputs.filter(({ from }) => from !== 'wire'),
          ...ids.flatMap((from) => [
            { from, topic: 'notice' as const },
            { from, topic: 'endpoint' as const },
          ]),
        ],
      },
    ],
    flow: { table: 10_000 },
    state: join(folder, 'state.db'),
    pluginDirs: [],
    names: new Map(),
    silences: [],
    grouping: null,
    blindAfter: 0,
  };
  return { config, told };
}

/** Whether a frame (Ethernet, IPv4) is on its way to the server. */
function toServer({ bytes, offset }: FrameBatch, i: number): boolean {
  return bytes[offset[i] + 14 + 16 + 1] === 1;
}

/** The parity of its client's last octet. */
function clientParity(batch: FrameBatch, i: number): number {
  const { bytes, offset } = batch;
  return bytes[offset[i] + 14 + (toServer(batch, i) ? 15 : 19)] % 2;
}

type Share = (id: string, batch: FrameBatch, i: number) => boolean;

const byDirection: Share = (id, batch, i) => toServer(batch, i) === (id === 'eth0');
const byClient: Share = (id, batch, i) => clientParity(batch, i) === (id === 'eth0' ? 0 : 1);

function outcomes({ attempts }: Told): Map<string, string> {
  return new Map([...attempts].map(([key, { outcome }]) => [key, outcome]));
}

describe('several live sources', () => {
  const { capture } = simulate({ ...scenario, seed: 'several' });
  let whole: Told;

  before(async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'capture.pcap'), capture);
      const { config, told } = configOf(folder, ['eth0'], () => true);
      await new Engine(config, { log: () => {} }).run();
      whole = told;
    });
  });

  it('see one handshake together: SYNs on one interface, answers on the other', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'capture.pcap'), capture);
      const { config, told } = configOf(folder, ['eth0', 'eth1'], byDirection);
      const engine = new Engine(config, { log: () => {} });
      await engine.run();
      assert.equal(engine.pipelines.length, 1);
      assert.deepEqual(outcomes(told), outcomes(whole));
      assert.deepEqual(told.incidents, whole.incidents);
      assert.deepEqual(told.notices, whole.notices);
      assert.deepEqual(told.endpoints, whole.endpoints);
      assert.deepEqual(
        new Set([...told.attempts.values()].map(({ source }) => source)),
        new Set(['eth0']),
      );
    });
  });

  it('share what is learnt, and each attempt says where its SYN was seen', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'capture.pcap'), capture);
      const { config, told } = configOf(folder, ['eth0', 'eth1'], byClient);
      const engine = new Engine(config, { log: () => {} });
      await engine.run();
      assert.deepEqual(outcomes(told), outcomes(whole));
      assert.deepEqual(told.incidents, whole.incidents);
      assert.deepEqual(told.endpoints, whole.endpoints);
      for (const [key, { source }] of told.attempts) {
        const parity = Number(/(?<last>\d+):/u.exec(key)?.groups?.['last']) % 2;
        assert.equal(source, parity === 0 ? 'eth0' : 'eth1');
      }
      const sums = new Tally().sources(engine.pipelines);
      for (const id of ['eth0', 'eth1']) {
        const own = [...told.attempts.values()].filter(({ source }) => source === id).length;
        assert.equal(
          sums.get(id)?.outcomes.reduce((a, b) => a + b, 0),
          own,
        );
        assert.ok((sums.get(id)?.packets ?? 0) > 1000);
      }
    });
  });

  it('give an analyser that names one of them the attempts of that one', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'capture.pcap'), capture);
      const { config, told } = configOf(folder, ['eth0', 'eth1'], byClient, ['eth1']);
      const engine = new Engine(config, { log: () => {} });
      await engine.run();
      const sources = new Set([...told.attempts.values()].map(({ source }) => source));
      assert.deepEqual(sources, new Set(['eth1']));
      // The book of endpoints has them all.
      assert.deepEqual(
        told.endpoints.map(({ server, attempts }) => ({ server, attempts })),
        whole.endpoints.map(({ server, attempts }) => ({ server, attempts })),
      );
    });
  });

  it('are 32 at most', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'capture.pcap'), capture);
      const ids = Array.from({ length: 33 }, (_, i) => `eth${i}`);
      const { config } = configOf(folder, ids, () => false);
      await assert.rejects(new Engine(config, { log: () => {} }).run(), /eth32: .*at most 32/u);
    });
  });

  it('go on without one that fails', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'capture.pcap'), capture);
      const { config, told } = configOf(folder, ['eth0', 'eth1'], (id, batch, i) => {
        if (id === 'eth1' && batch.time[i] > START + 30e6) throw new Error('gone');
        return byClient(id, batch, i);
      });
      const engine = new Engine(config, { log: () => {}, sourceFailed: () => {} });
      await assert.rejects(engine.run(), /^ComponentError: eth1: gone$/u);
      assert.ok(told.notices.includes('source-failed'));
      const own = [...told.attempts.values()].filter(({ source }) => source === 'eth0');
      const all = [...whole.attempts.keys()].filter((key) => /[02468]:/u.test(key));
      assert.equal(own.length, all.length);
    });
  });

  it('go on without one that is taken away, and with one that comes in addition', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'capture.pcap'), capture);
      const { config, told } = configOf(folder, ['eth0', 'eth1'], byClient);
      const [eth0, eth1] = config.sources;
      const engine = new Engine({ ...config, sources: [eth0] }, { log: () => {} });
      const running = engine.run();
      const pipelines = engine.pipelines.length;
      await engine.reload(config);
      await engine.reload({ ...config, sources: [eth1] });
      await running;
      assert.equal(pipelines, 1);
      assert.equal(engine.pipelines.length, 1);
      const own = [...told.attempts.values()].filter(({ source }) => source === 'eth1');
      const all = [...whole.attempts.keys()].filter((key) => /[13579]:/u.test(key));
      assert.equal(own.length, all.length);
    });
  });
});
