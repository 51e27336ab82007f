/** Run as a process: tells incidents to a webhook until it is killed. Arguments: database, URL, first number, ms between two. */
import { writeSync } from 'node:fs';
import webhook from '../../plugins/sinks/webhook/plugin.ts';
import { Engine } from '../../src/engine/engine.ts';
import { component, configOf, custom, database, numberOf } from './pipeline.ts';

const [path, url, from, pace] = process.argv.slice(2);
const sinks = [
  component('hook', webhook, { url, timeout: 2_000_000 }),
  // Told only of what is on disk: what it says is what must not be lost.
  custom('witness', { incident: (incident) => writeSync(1, `${numberOf(incident)}\n`) }),
  database(path),
];
const config = configOf({ from: Number(from), to: 60_000, pace: Number(pace), sinks });
await new Engine(config, {
  log: (id, level, text) => process.stderr.write(`${level} ${id}: ${text}\n`),
}).run();
