import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoopDelay } from '../../src/daemon/loop-delay.ts';

describe('delay of the event loop', () => {
  const loop = new LoopDelay();
  afterEach(() => loop.stop());

  it('is told without the interval of the timer that finds it', async () => {
    loop.start();
    const first = await loop.look();
    assert.deepEqual([...first.keys()], [0.5, 0.99, 1]);
    assert.equal(await loop.look(), first, 'no turn since');
    await sleep(300);
    const idle = await loop.look();
    assert.ok((idle.get(0.5) ?? NaN) < 0.01, `${idle.get(0.5)} s`);
  });

  it('shows what held the loop up', async () => {
    loop.start();
    await sleep(100);
    const until = performance.now() + 200;
    while (performance.now() < until);
    await sleep(100);
    const worst = (await loop.look()).get(1) ?? NaN;
    assert.ok(worst > 0.1 && worst < 1, `${worst} s`);
  });
});
