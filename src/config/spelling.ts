/** Words longer than this are no misspellings, and would take long to compare. */
const LONGEST_WORD = 64;

/**
 * Damerau-Levenshtein distance, each pair of neighbours swapped at most once
 * ("optimal string alignment"): the least number of letters added, left out,
 * replaced or swapped.
 */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const present = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = last[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(last[column] + 1, present[column - 1] + 1, replaced);
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, beforeLast[column - 2] + 1);
      present.push(least);
    }
    beforeLast = last;
    last = present;
  }
  return last[b.length];
}

/**
 * The nearest of `known` that `word` may be a misspelling of: two slips, or a
 * third of the letters in a long word, but never a wholly different word.
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > LONGEST_WORD) return null;
  const lower = word.toLowerCase();
  const limit = Math.min(Math.max(2, Math.floor(word.length / 3)), word.length - 1);
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const found = distance(lower, candidate.toLowerCase());
    if (found < least) {
      least = found;
      best = candidate;
    }
  }
  return best;
}

/** `did you mean 'retries'?`, or what there is to choose from. */
export function didYouMean(word: string, known: Iterable<string>, label: string): string | null {
  const words = [...known];
  const best = nearest(word, words);
  if (best !== null) return `did you mean '${best}'?`;
  return words.length === 0 ? null : `${label}: ${words.join(', ')}`;
}
