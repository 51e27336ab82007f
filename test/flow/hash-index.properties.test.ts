import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { HashIndex } from '../../src/flow/hash-index.ts';

type Step = readonly ['add', hash: number] | readonly ['remove' | 'replace', nth: number];

/** Few hashes, so that many slots share one; many that fall into the same place, and any at all. */
const hashes = fc.oneof(
  fc.constantFrom(0, 1, -1, 7, 7 + (1 << 9), 7 + (1 << 12), -2_147_483_648),
  fc.integer({ min: 0, max: 40 }).map((n) => n << 20),
  fc.integer(),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant('add' as const), hashes) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('remove' as const), fc.nat()) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('replace' as const), fc.nat()) },
  ),
  { maxLength: 400, size: 'max' },
);

/** The index beside a plain map from slot to hash. */
class Compared {
  readonly hashOf = new Map<number, number>();
  private readonly index: HashIndex;
  private fresh = 0;

  constructor(buckets: number) {
    this.index = new HashIndex((slot) => this.hashOf.get(slot) ?? 0, buckets);
  }

  take(step: Step): void {
    if (step[0] === 'add') this.add(step[1]);
    else if (this.hashOf.size > 0) this.change(step[0], step[1] % this.hashOf.size);
  }

  add(hash: number): void {
    const slot = this.fresh++;
    this.hashOf.set(slot, hash);
    this.index.add(hash, slot);
  }

  change(how: 'remove' | 'replace', nth: number): void {
    const [slot, hash] = [...this.hashOf][nth];
    const position = this.positionOf(hash, slot);
    assert.ok(position >= 0, `slot ${slot} of hash ${hash} is not found`);
    if (how === 'remove') {
      this.index.removeAt(hash, position);
    } else {
      this.hashOf.set(this.fresh, hash);
      this.index.setSlotAt(position, this.fresh++);
    }
    this.hashOf.delete(slot);
  }

  /** What is found of each hash is what was put there: look-ups may offer others, never one twice. */
  check(): void {
    assert.equal(this.index.size, this.hashOf.size);
    const wanted = new Map<number, number[]>();
    for (const [slot, hash] of this.hashOf) wanted.set(hash, [...(wanted.get(hash) ?? []), slot]);
    for (const [hash, slots] of wanted) {
      assert.deepEqual(ascending(this.found(hash)), ascending(slots), `hash ${hash}`);
    }
    assert.deepEqual(this.found(0x5bd1e995), wanted.get(0x5bd1e995) ?? []);
  }

  private found(hash: number): number[] {
    const slots: number[] = [];
    for (let at = this.index.first(hash); at >= 0; at = this.index.next(hash, at)) {
      const slot = this.index.slotAt(at);
      assert.ok(this.hashOf.has(slot), `slot ${slot} was taken out`);
      if (this.hashOf.get(slot) === hash) slots.push(slot);
    }
    return slots;
  }

  private positionOf(hash: number, slot: number): number {
    let at = this.index.first(hash);
    while (at >= 0 && this.index.slotAt(at) !== slot) at = this.index.next(hash, at);
    return at;
  }
}

function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

describe('hash index', () => {
  it('is a map from hash to slots, whatever is added, replaced and taken out', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 2, 16, 512), (all, buckets) => {
        const compared = new Compared(buckets);
        for (const [i, step] of all.entries()) {
          compared.take(step);
          if (i % 16 === 0) compared.check();
        }
        compared.check();
      }),
      { numRuns: 150 },
    );
  });

  it('holds hundreds of slots of one hash, and gives them up one by one', () => {
    const compared = new Compared(1);
    for (let n = 0; n < 500; n++) compared.add(42);
    compared.check();
    for (let left = 500; left > 0; left--) {
      compared.change('remove', (left * 7919) % left);
      if (left % 50 === 0) compared.check();
    }
    compared.check();
  });

  it('stays sound when many are added and taken out in turn', () => {
    const compared = new Compared(4);
    for (let n = 0; n < 3000; n++) {
      compared.add(Math.imul(n, 0x9e3779b1));
      if (compared.hashOf.size > 60) compared.change('remove', (n * 31) % 60);
    }
    compared.check();
  });
});
