/** Writes config/examples/captures: node scripts/make-captures.ts */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledCaptures } from '../test/simulator/captures.ts';

const folder = join(import.meta.dirname, '..', 'config', 'examples', 'captures');
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of bundledCaptures()) {
  writeFileSync(join(folder, name), bytes);
  process.stdout.write(`${name}: ${bytes.length} bytes\n`);
}
