/** All captures at hand: bundled, simulated, and real ones where the corpus is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenario, SCENARIO_NAMES } from '../simulator/scenarios.ts';
import type { ScenarioName } from '../simulator/scenarios.ts';
import { simulate } from '../simulator/simulate.ts';
import { CAPTURES } from '../support/unackd.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus');

export const BUNDLED: readonly string[] = readdirSync(CAPTURES)
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => join(CAPTURES, name));

/** Empty where there is no corpus beside the project. */
export const REAL: readonly string[] = existsSync(CORPUS)
  ? readdirSync(CORPUS)
      .filter((name) => /\.pcap(?:ng)?(?:\.gz)?$/u.test(name))
      .map((name) => join(CORPUS, name))
  : [];

export const SIMULATED: readonly ScenarioName[] = SCENARIO_NAMES;

export function simulated(name: ScenarioName): Uint8Array {
  return simulate(scenario(name)).capture;
}

export function bytesOf(path: string): Uint8Array {
  return readFileSync(path);
}
