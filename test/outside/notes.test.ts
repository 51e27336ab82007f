/** What analysers note on attempts: within the daemon at once, from beyond it once they have answered. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { SourceComponent } from '../../src/config/resolved.ts';
import { Engine } from '../../src/engine/engine.ts';
import { checkNotes } from '../../src/plugin/notes.ts';
import { keepAttempt, toRecord } from 'unackd';
import type { AnalyserDefinition, Attempt } from 'unackd';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { liveReplay } from '../support/live-replay.ts';
import { configOf, taking } from '../support/scripted.ts';
import { CAPTURES } from '../support/unackd.ts';
import noting from './plugins/noting.ts';
import { outside } from './support/opened.ts';

const BLACK_HOLE = join(CAPTURES, 'black-hole.pcap');

const file: SourceComponent = {
  id: 'wire',
  kind: 'source',
  definition: pcap,
  options: { ...defaultOptions(pcap.options), path: [BLACK_HOLE] },
  inputs: [],
};

interface Taken {
  readonly attempts: readonly Attempt[];
  readonly logged: readonly string[];
  /** As `/metrics` shows it. */
  readonly late: number | undefined;
}

/** What a sink takes that reads attempts from the analyser. */
async function taken(
  definition: AnalyserDefinition,
  source = file,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Taken> {
  const attempts: Attempt[] = [];
  const logged: string[] = [];
  const sink = taking('out', { attempt: (attempt) => attempts.push(keepAttempt(attempt)) });
  const engine = new Engine(
    {
      ...configOf([], []),
      sources: [source],
      analysers: [
        {
          id: 'mine',
          kind: 'analyser',
          definition,
          options: { ...defaultOptions(definition.options), ...options },
          inputs: [{ from: 'wire', topic: 'attempt' }],
        },
      ],
      sinks: [{ ...sink, inputs: [{ from: 'mine', topic: 'attempt' }] }],
    },
    { log: (_id, _level, text) => logged.push(text) },
  );
  await engine.run();
  return { attempts, logged, late: engine.hosts.shortfalls.get('mine')?.lateNotes };
}

describe('notes on attempts', function () {
  this.timeout(60_000);

  it('stand in the record under the id of who noted them', async () => {
    const { attempts } = await taken(noting);
    assert.ok(attempts.length > 500);
    assert.deepEqual(toRecord(attempts[0])['notes'], { mine: { number: 1, good: true } });
    assert.equal('notes' in toRecord(attempts[2]), false);
  });

  it('are the same from a process of its own, which a file waits for', async () => {
    const within = await taken(noting);
    const beyond = await taken(outside('noting'));
    assert.deepEqual(beyond.attempts, within.attempts);
    assert.deepEqual(beyond.logged, within.logged);
    assert.deepEqual([within.late, beyond.late], [undefined, 0]);
  });

  it('that come too late are left out of what a live source brought, and counted', async () => {
    const source = liveReplay('wire', BLACK_HOLE, { frames: 100, pace: 50 });
    const {
      attempts,
      logged,
      late: counted,
    } = await taken(outside('noting'), source, { stuck: true });
    const all = (await taken(noting, liveReplay('wire', BLACK_HOLE))).attempts;
    assert.deepEqual(
      attempts.map(({ isn, outcome }) => [isn, outcome]),
      all.map(({ isn, outcome }) => [isn, outcome]),
    );
    const late = all.filter(({ notes }, i) => notes !== undefined && !attempts[i].notes).length;
    assert.ok(late > 0);
    const told = logged.map((text) => /^(\d+) attempts went on without its notes/u.exec(text)?.[1]);
    assert.ok(told.includes(String(counted)), `${counted}`);
    // A third has no notes anyway.
    assert.ok(
      told.some((count) => Number(count) >= late),
      logged.join('\n'),
    );
    assert.notEqual(attempts.at(-2)?.notes ?? attempts.at(-1)?.notes, undefined);
  });

  it('that can not be are refused', async () => {
    const { attempts, logged } = await taken(outside('noting'), file, { wrong: true });
    assert.ok(attempts.length > 500 && attempts.every(({ notes }) => notes === undefined));
    assert.ok(
      logged.some((text) => text.includes("'notes.deep' is neither a number, true or false, nor")),
      logged.join('\n'),
    );
    assert.deepEqual(checkNotes({ a: 1, b: 'x', c: false }), { a: 1, b: 'x', c: false });
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`n${i}`, i]));
    for (const wrong of [null, [], 3, { A: 1 }, { a: Number.NaN }, { a: 'x'.repeat(129) }, many]) {
      assert.equal(typeof checkNotes(wrong), 'string', JSON.stringify(wrong));
    }
    assert.equal(typeof checkNotes(JSON.parse('{"__proto__": 1}')), 'string');
  });
});
