import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { STORIES } from '../black-hole/scenarios.ts';
import { simulate } from '../simulator/simulate.ts';
import { withFolder } from '../sinks/places.ts';
import { integrity } from '../sinks/sqlite/database.ts';
import { parseLines } from '../support/unackd.ts';
import { live, writeCapture } from './restarts.ts';

const ROUNDS = process.env.UNACKD_LONG === '1' ? 20 : 3;

interface Line {
  readonly message: string;
  readonly id: string;
  readonly state: string;
}

/** @returns how far it got, in seconds after the capture's start; `null` at its end */
async function liveAndDie(folder: string, from: number): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'mortal.ts'), folder, String(from)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const chunks: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await Promise.race([sleep(50 + Math.random() * 400), closed]);
  child.kill('SIGKILL');
  const [code] = await closed;
  if (code === 0) return null;
  // The last line may be torn.
  return Number(chunks.join('').split('\n').at(-2) ?? from);
}

describe('what is remembered: kill -9', () => {
  it(`at random moments of ${ROUNDS} captures: each incident fires once and ends once, under one id`, async function () {
    this.timeout(ROUNDS * 40_000);
    const told = new Map<string, string[]>();
    let deaths = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { capture } = simulate({ ...STORIES['flapping'].scenario, seed: `kill ${round}` });
      await withFolder(async (folder) => {
        writeCapture(folder, capture);
        // One life in peace, so that the ports are known.
        await live(folder, { from: 0, until: 55 });
        for (let at: number | null = 55; at !== null; deaths++) {
          at = await liveAndDie(folder, at);
          assert.equal(integrity(join(folder, 'unackd.db')), 'ok');
        }
        const lines = parseLines(
          readFileSync(join(folder, 'told.jsonl'), 'utf8'),
        ) as unknown as Line[];
        // A receiver drops doubles by the message's id.
        const distinct = new Map(lines.map((line) => [line.message, line]));
        let open: string | null = null;
        for (const { id, state } of distinct.values()) {
          assert.equal(open, state === 'firing' ? null : id, JSON.stringify(lines, null, 1));
          open = state === 'firing' ? id : null;
          told.set(id, [...(told.get(id) ?? []), state]);
        }
        assert.equal(open, null);
      });
    }
    for (const states of told.values()) assert.deepEqual(states, ['firing', 'resolved']);
    assert.ok(told.size >= ROUNDS * 2, `${told.size} incidents`);
    assert.ok(deaths >= ROUNDS * 3, `${deaths} deaths`);
  });
});
