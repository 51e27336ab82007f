import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { HELD, Slots, TOMB } from '../../src/flow/slots.ts';

const CAPACITY = 12;
const QUEUES = [TOMB, HELD];

const steps = fc.array(
  fc.tuple(fc.constantFrom('take', 'move', 'release'), fc.constantFrom(...QUEUES), fc.nat()),
  { maxLength: 200, size: 'max' },
);

function listOf(slots: Slots, queue: number): number[] {
  const list: number[] = [];
  for (let slot = slots.oldest(queue); slot >= 0; slot = slots.after(slot)) list.push(slot);
  return list;
}

describe('slots', () => {
  it('stand in their queues, oldest first, each in one', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const slots = new Slots(CAPACITY);
        const model = new Map<number, number[]>(QUEUES.map((queue) => [queue, []]));
        const inUse = (): number[] => QUEUES.flatMap((queue) => model.get(queue) ?? []);
        const leave = (slot: number): void => {
          for (const queue of QUEUES) {
            const list = model.get(queue) ?? [];
            model.set(
              queue,
              list.filter((other) => other !== slot),
            );
          }
        };
        for (const [what, queue, nth] of all) {
          const used = inUse();
          if (what === 'take' && slots.used < CAPACITY) {
            const slot = slots.take(queue);
            assert.ok(!used.includes(slot), `slot ${slot} was in use`);
            assert.ok(slot >= 1 && slot <= CAPACITY);
            model.get(queue)?.push(slot);
          } else if (what !== 'take' && used.length > 0) {
            const slot = used[nth % used.length];
            if (what === 'release') {
              slots.release(slot);
              leave(slot);
            } else if (!(model.get(queue) ?? []).includes(slot)) {
              slots.move(slot, queue);
              leave(slot);
              model.get(queue)?.push(slot);
            } else {
              slots.move(slot, queue); // where it stands already: keeps its place
            }
          }
          for (const each of QUEUES) assert.deepEqual(listOf(slots, each), model.get(each));
          for (const slot of inUse()) {
            assert.ok((model.get(slots.queueOf(slot)) ?? []).includes(slot));
          }
          assert.equal(slots.used, inUse().length);
        }
      }),
    );
  });
});
