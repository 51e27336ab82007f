import type { FlowSample } from './partial.ts';

/** What parts flows that fail from those that work. */
export interface Parting {
  readonly field:
    | 'source network'
    | 'source address'
    | 'options'
    | 'source port parity'
    | 'source port range'
    | 'source port hash';
  /** What the failing ones have in common, or `null` where no simple rule was found. */
  readonly value: string | null;
}

/** By chance alone so rarely would all failing flows share what no other has. */
const CHANCE = 0.01;

function values(samples: readonly FlowSample[], of: (s: FlowSample) => string): Set<string> {
  return new Set(samples.map((sample) => of(sample)));
}

/** Whether a property is held by every failing flow and by no other, and that is no accident. */
function parts(
  dead: readonly FlowSample[],
  good: readonly FlowSample[],
  of: (s: FlowSample) => string,
): string | null {
  const failing = values(dead, of);
  if (failing.size > 4) return null;
  const working = values(good, of);
  for (const value of failing) if (working.has(value)) return null;
  // Each working flow might as well have had the value of a failing one.
  const share = dead.length / (dead.length + good.length);
  const byChance = (1 - share) ** good.length * share ** Math.max(0, dead.length - failing.size);
  return byChance < CHANCE ? [...failing].toSorted().join(', ') : null;
}

/** The simplest field that tells failing flows from the others; a hash of addresses and ports where none does. */
export function partingOf(dead: readonly FlowSample[], good: readonly FlowSample[]): Parting {
  const network = parts(dead, good, (s) => s.client.network.prefix);
  if (network !== null) return { field: 'source network', value: network };
  const address = parts(dead, good, (s) => s.client.ip);
  if (address !== null) return { field: 'source address', value: address };
  const options = parts(dead, good, (s) => s.layout.toString(16));
  if (options !== null) return { field: 'options', value: `option kinds ${optionKinds(dead)}` };
  const parity = parts(dead, good, (s) => (s.port % 2 === 0 ? 'even' : 'odd'));
  if (parity !== null) return { field: 'source port parity', value: parity };
  const low = Math.min(...dead.map((s) => s.port));
  const high = Math.max(...dead.map((s) => s.port));
  const inside = good.filter((s) => s.port >= low && s.port <= high).length;
  if (inside === 0 && dead.length >= 4 && good.length >= 8) {
    return { field: 'source port range', value: `${low}-${high}` };
  }
  return { field: 'source port hash', value: null };
}

/** The kinds of the first failing flow's options, in their order. */
function optionKinds(samples: readonly FlowSample[]): string {
  const kinds: number[] = [];
  for (let left = samples[0].layout >>> 0; left > 0; left >>>= 4) kinds.push(left & 15);
  return kinds.length === 0 ? 'none' : kinds.join(' ');
}
