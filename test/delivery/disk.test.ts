import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../src/engine/engine.ts';
import { needs } from '../support/needs.ts';
import { noMounts, withTmpfs } from '../sinks/places.ts';
import { integrity } from '../sinks/sqlite/database.ts';
import { configOf, custom, numberOf } from './pipeline.ts';

/** Fills what is left of a disk. */
function fill(path: string): void {
  for (let size = 65_536; size >= 512; size /= 2) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Smaller pieces, then.
    }
  }
}

describe('delivery: a full disk', () => {
  it('is said, survived, and caught up with when there is room', async function () {
    const reason = noMounts();
    needs(this, reason === '', reason);
    this.timeout(30_000);
    await withTmpfs('size=4m', async (disk) => {
      const ballast = join(disk, 'ballast');
      const path = join(disk, 'state.db');
      const told: number[] = [];
      const seen: number[] = [];
      const log: string[] = [];
      let toldWhileFull = -1;
      const sinks = [
        custom('taker', {
          async deliver(message) {
            if (message.type === 'incident') told.push(numberOf(message));
          },
        }),
        custom('witness', {
          incident(incident) {
            const n = seen.push(numberOf(incident));
            if (n === 20) fill(ballast);
            if (n === 700) {
              toldWhileFull = told.length;
              rmSync(ballast);
            }
          },
        }),
      ];
      await new Engine(configOf({ to: 800, pace: 1, sinks, state: path }), {
        log: (id, level, text) => log.push(`${level} ${id}: ${text}`),
      }).run();
      assert.match(log[0], /^error outbox: .*state\.db: no space left.*waits in memory/);
      assert.match(log[1], /^info outbox: can be written again/);
      assert.equal(log.length, 2, log.join('\n'));
      assert(toldWhileFull < 700, 'nobody is told of what is not on disk');
      assert.deepEqual(told, seen);
      assert.equal(told.length, 800);
      assert.equal(integrity(path), 'ok');
    });
  });

  it('that stays full ends the run with 74', async function () {
    const reason = noMounts();
    needs(this, reason === '', reason);
    this.timeout(30_000);
    await withTmpfs('size=4m', async (disk) => {
      const path = join(disk, 'state.db');
      const sinks = [
        custom('taker', { deliver: () => Promise.resolve() }),
        custom('witness', {
          incident(incident) {
            if (numberOf(incident) === 5) fill(join(disk, 'ballast'));
          },
        }),
      ];
      const engine = new Engine(configOf({ to: 800, sinks, state: path }), { log: () => {} });
      await assert.rejects(engine.run(), { exitCode: 74, message: /no space left/ });
      assert.equal(integrity(path), 'ok');
    });
  });
});
