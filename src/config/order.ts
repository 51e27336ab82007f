/** An order in which each component comes after those it reads, and the circles that forbid one. */

export interface Ordered<T> {
  /** In the order given as far as dependencies allow. Without what is on a circle or behind one. */
  readonly order: readonly T[];
  /** Each in the direction of the data; the first is read by the last. */
  readonly circles: readonly (readonly T[])[];
}

/** @param needs what `item` reads */
export function inOrder<T>(items: readonly T[], needs: (item: T) => Iterable<T>): Ordered<T> {
  const waits = new Map(items.map((item) => [item, new Set(needs(item))]));
  const order: T[] = [];
  const done = new Set<T>();
  let waiting = [...items];
  for (;;) {
    const left: T[] = [];
    for (const item of waiting) {
      const blocked = [...(waits.get(item) ?? [])].some(
        (need) => waits.has(need) && !done.has(need),
      );
      if (blocked) {
        left.push(item);
      } else {
        order.push(item);
        done.add(item);
      }
    }
    if (left.length === 0 || left.length === waiting.length)
      return { order, circles: circlesIn(left, waits) };
    waiting = left;
  }
}

/** Each of `left` waits for another of them, so going from need to need must come round. */
function circlesIn<T>(left: readonly T[], waits: ReadonlyMap<T, ReadonlySet<T>>): T[][] {
  const rest = new Set(left);
  const seen = new Set<T>();
  const circles: T[][] = [];
  for (const start of left) {
    const path: T[] = [];
    let item: T | undefined = start;
    while (item !== undefined && !seen.has(item)) {
      seen.add(item);
      path.push(item);
      item = [...(waits.get(item) ?? [])].find((need) => rest.has(need));
    }
    const at = item === undefined ? -1 : path.indexOf(item);
    if (at !== -1) circles.push(path.slice(at).toReversed());
  }
  return circles;
}
