/** Run as a process: writes batches of attempts until it is killed. Arguments: database, rows a batch, first row. */
import plugin from '../../../plugins/sinks/sqlite/plugin.ts';
import { createSink } from '../drive.ts';
import { attempt } from '../messages.ts';

const [path, batch, first] = process.argv.slice(2);
const sink = createSink(plugin, { path, batch: Number(batch) });
process.stdout.write('ready\n');
for (let n = Number(first); ; n++) sink.attempt?.(attempt(n));
