import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import webhook from '../../plugins/sinks/webhook/plugin.ts';
import { Engine } from '../../src/engine/engine.ts';
import { withFolder } from '../sinks/places.ts';
import { integrity } from '../sinks/sqlite/database.ts';
import { component, configOf, database } from './pipeline.ts';
import { answer, numberIn, withReceiver } from './receiver.ts';
import type { Behaviour } from './receiver.ts';

const KILLS = process.env.UNACKD_LONG === '1' ? 50 : 15;

/** Now and then it fails, hangs up before or after it took the message, or is slow. */
const moody: Behaviour = (response, call, n) => {
  switch (n % 7) {
    case 2:
      answer(500)(response, call, n);
      break;
    case 4:
      response.destroy();
      break;
    case 5:
      setTimeout(() => response.writeHead(204).end(), 20);
      break;
    default:
      answer(204)(response, call, n);
  }
};

/** Runs the teller from a number on, kills it a moment later. @returns numbers it had on disk */
async function tellAndKill(path: string, url: string, from: number): Promise<number[]> {
  const teller = join(import.meta.dirname, 'teller.ts');
  const child = spawn(process.execPath, [teller, path, url, String(from), '3'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  await once(child.stdout, 'data');
  await sleep(Math.random() * 250);
  child.kill('SIGKILL');
  await once(child, 'close');
  // The last line may be torn.
  return chunks.join('').split('\n').slice(0, -1).map(Number);
}

describe('delivery: kill -9', () => {
  it(`at ${KILLS} random moments loses nothing that was recorded, keeps the order, repeats only with the same id`, async function () {
    this.timeout(KILLS * 4000);
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      await withReceiver(async (receiver) => {
        receiver.behave = moody;
        const recorded: number[] = [];
        for (let i = 0; i < KILLS; i++) {
          recorded.push(...(await tellAndKill(path, receiver.url, (recorded.at(-1) ?? -1) + 1)));
          assert.equal(integrity(path), 'ok');
        }
        assert(recorded.length > KILLS * 2, `${recorded.length} recorded`);
        // What is left goes out in peace.
        receiver.behave = answer(204);
        const sinks = [component('hook', webhook, { url: receiver.url }), database(path)];
        await new Engine(configOf({ from: 60_000, to: 60_000, sinks }), { log: () => {} }).run();

        const ids = new Map<number, string>();
        const firsts: number[] = [];
        for (const call of receiver.calls) {
          const n = numberIn(call);
          const id = String(call.headers['webhook-id']);
          assert.equal(ids.get(n) ?? id, id, 'a double has the same id');
          if (!ids.has(n)) firsts.push(n);
          ids.set(n, id);
        }
        const lost = recorded.filter((n) => !ids.has(n));
        assert.deepEqual(lost, []);
        assert.deepEqual(
          firsts,
          firsts.toSorted((a, b) => a - b),
          'in order',
        );
        assert.equal(new Set(ids.values()).size, ids.size);
      });
    });
  });
});
