/** Writes config/unackd.schema.json from the bundled plugins' declarations. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaText } from '../src/config/schema.ts';
import { bundled } from '../src/engine/registry.ts';

const file = join(import.meta.dirname, '../config/unackd.schema.json');
writeFileSync(file, schemaText(bundled));
