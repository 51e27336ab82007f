/** Run as a process: replays a capture as live until it is killed. Arguments: folder, seconds after the start to begin at. */
import { appendFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../src/engine/engine.ts';
import { START } from '../simulator/scenario.ts';
import { configOf } from './restarts.ts';

const [folder, from] = process.argv.slice(2);
const config = configOf(
  folder,
  { from: Number(from), until: 1e6 },
  // The receiver: what it was told it has, whatever becomes of the teller.
  ({ id, state, started_at }, message) =>
    appendFileSync(
      join(folder, 'told.jsonl'),
      `${JSON.stringify({ message, id, state, started_at })}\n`,
    ),
  { flap_window: 0 },
  {
    frames: 20,
    pace: 2,
    reached: (time) => writeSync(1, `${(time - START) / 1e6}\n`),
  },
);
await new Engine(config, {
  log: (id, level, text) => process.stderr.write(`${level} ${id}: ${text}\n`),
}).run();
