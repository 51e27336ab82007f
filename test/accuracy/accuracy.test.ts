import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenario, SCENARIO_NAMES } from '../simulator/scenarios.ts';
import { faults, score } from '../simulator/score.ts';
import type { ScoredRecord } from '../simulator/score.ts';
import { simulate } from '../simulator/simulate.ts';
import { readRecords } from '../support/read-records.ts';

/** Of all attempts of a scenario, at least so many come to an outcome that can be defended. */
const RIGHT_LEAST = 0.999;

describe('simulated traffic', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'unackd-accuracy-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of SCENARIO_NAMES) {
    it(`${name}: 99.9 % of attempts right, none missing, none made up`, async () => {
      const { capture, truth } = simulate(scenario(name, process.env['UNACKD_SEED'] ?? 1));
      const file = join(folder, `${name}.pcap`);
      writeFileSync(file, capture);
      const { attempts } = await readRecords(file);
      const result = score(truth, attempts as unknown as ScoredRecord[]);
      const off = result.wrong.length + result.missing.length + result.extra.length;
      assert.ok(
        off <= (1 - RIGHT_LEAST) * result.total,
        `${off} of ${result.total}\n${faults(result)}`,
      );
    });
  }
});
