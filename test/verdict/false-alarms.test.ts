/** No endpoint is said to black-hole that does not, in any scenario; those that do in part are. UNACKD_SEEDS=5 tries more traffic. */
import assert from 'node:assert/strict';
import { scenario, SCENARIO_NAMES } from '../simulator/scenarios.ts';
import { judgeScenario } from './judged.ts';

const SEEDS = Number(process.env['UNACKD_SEEDS'] ?? 1);

describe('black holes', function () {
  this.timeout(60_000 * SEEDS);

  it('that take one path of four are found', async () => {
    for (let seed = 1; seed <= Math.max(5, SEEDS); seed++) {
      const judgement = await judgeScenario(scenario('partial-black-hole', seed));
      const { verdict, story, causes } = judgement.of('10.1.0.1', 8000);
      assert.equal(verdict, 'partially-black-holing', `seed ${seed}: ${story}`);
      assert.match(story, /^for \d+ attempts every SYN vanished while \d+ others were answered/);
      assert.notEqual(causes[0].cause, 'refusal-hidden');
    }
  });
});

describe('false alarms', function () {
  this.timeout(60_000 * SEEDS);

  for (const name of SCENARIO_NAMES) {
    it(`${name}: none`, async () => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { endpoints, outages } = await judgeScenario(scenario(name, seed));
        for (const [server, { verdict, story }] of endpoints) {
          if (verdict !== 'black-holing' && verdict !== 'partially-black-holing') continue;
          const kind = verdict === 'black-holing' ? 'drop' : 'partial';
          const isTrue = outages.some(
            (o) => o.kind === kind && `${o.server.ip} ${o.server.port}` === server,
          );
          assert.ok(isTrue, `seed ${seed}: ${server} is said to be ${verdict}: ${story}`);
        }
      }
    });
  }
});
