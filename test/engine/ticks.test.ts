import assert from 'node:assert/strict';
import { Engine } from '../../src/engine/engine.ts';
import { configOf, packet, START, SYN, taking, ticks } from '../support/scripted.ts';

describe('time of a live source', () => {
  it('goes on while nothing arrives: a SYN is shown unanswered at its own time', async () => {
    const told: [string, number][] = [];
    const sink = taking('out', {
      attempt: ({ outcome, at }) => told.push([outcome, (at - START) / 1e6]),
    });
    const steps = [{ at: 0, frame: packet({ flags: SYN, port: 1024 }) }, ...ticks(0.5, 5)];
    await new Engine(configOf(steps, [sink]), { log: () => {} }).run();
    assert.deepEqual(told[0], ['unanswered', 3.5]);
  });

  it('does not run backwards for a tick behind a packet', async () => {
    const notices: string[] = [];
    const sink = taking('out', { notice: ({ code }) => notices.push(code) });
    const steps = [
      { at: 10, frame: packet({ flags: SYN, port: 1024 }) },
      { at: 2 },
      { at: 10.1 },
      { at: 10.09, frame: packet({ flags: SYN, port: 1025 }) },
      ...ticks(11, 12),
    ];
    const engine = new Engine(configOf(steps, [sink]), { log: () => {} });
    await engine.run();
    // There is no database here, and that is said.
    assert.deepEqual(notices, ['outbox-in-memory']);
    assert.equal(engine.pipelines[0].intake.last, START + 12e6);
  });
});
