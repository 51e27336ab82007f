/** What a component hands on of attempts. */
export interface Handed {
  readonly id: string;
  /** Ids of the sources whose attempts pass here. */
  readonly sources: ReadonlySet<string>;
  /** Analysers passed on the longest way here; 0 for a source. */
  readonly depth: number;
}

/**
 * `attempts` of the whole pipeline: from whom to take them so that each
 * source's attempts come once, and after as many analysers as can be. Where
 * ways part, the longest wins, then what is declared first.
 */
export function attemptEnds(handed: readonly Handed[]): Handed[] {
  const covered = new Set<string>();
  const ends: Handed[] = [];
  for (const candidate of handed.toSorted((a, b) => b.depth - a.depth)) {
    const sources = [...candidate.sources];
    if (sources.some((source) => covered.has(source))) continue;
    for (const source of sources) covered.add(source);
    ends.push(candidate);
  }
  return ends;
}
