import assert from 'node:assert/strict';
import { join } from 'node:path';
import { installed } from '../../../src/engine/registry.ts';
import { NO_GRANTS } from '../../../src/outside/grants.ts';
import type { AnalyserDefinition } from 'unackd';

/** Plugins of users, for tests. */
export const PLUGINS = join(import.meta.dirname, '../plugins');

/** An analyser of these, by its name, as a configuration that grants it nothing has it. */
export function outside(name: string): AnalyserDefinition {
  const opened = installed.outside?.open(join(PLUGINS, `${name}.ts`));
  assert.ok(opened !== undefined && 'granted' in opened, JSON.stringify(opened));
  return opened.granted(NO_GRANTS) as AnalyserDefinition;
}
