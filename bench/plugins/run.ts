/**
 * One run of the engine over a capture, with an analyser of segments in a
 * process of its own, in this one, or without: `run.js outside|within|without FILE`.
 */
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { chainConfig } from '../../src/engine/chain-config.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import { Engine } from '../../src/engine/engine.ts';
import { installed } from '../../src/engine/registry.ts';
import { NO_GRANTS } from '../../src/outside/grants.ts';
import type { AnalyserDefinition } from '../../src/plugin/api.ts';
import { defineSink } from '../../src/plugin/api.ts';
import counter from './count-segments.ts';

const [how, file, plugin] = process.argv.slice(2);

function outside(): AnalyserDefinition {
  const opened = installed.outside?.open(plugin);
  if (opened === undefined || !('granted' in opened)) throw new Error(JSON.stringify(opened));
  return opened.granted(NO_GRANTS) as AnalyserDefinition;
}

const printing = defineSink({
  api: 1,
  name: 'printing',
  doc: 'Prints what was counted.',
  options: {},
  reads: ['endpoint', 'incident', 'notice'],
  create: () => ({
    notice({ code, text }) {
      if (code === 'counted') process.stdout.write(`${text}\n`);
    },
  }),
});
const definition = how === 'outside' ? outside() : how === 'within' ? counter : null;
const base = chainConfig({
  source: {
    id: 'capture',
    kind: 'source',
    definition: pcap,
    options: { ...defaultOptions(pcap.options), path: [file] },
    inputs: [],
  },
  incidents: false,
  sink: printing,
});
if (definition === null) await new Engine(base, { log: () => undefined }).run();
else {
  const analyser = {
    id: 'counter',
    kind: 'analyser' as const,
    definition,
    options: {},
    inputs: [{ from: 'capture', topic: 'segment' as const }],
  };
  const [sink] = base.sinks;
  const inputs = [...sink.inputs, { from: 'counter', topic: 'notice' as const }];
  await new Engine(
    { ...base, analysers: [...base.analysers, analyser], sinks: [{ ...sink, inputs }] },
    { log: () => undefined },
  ).run();
}
