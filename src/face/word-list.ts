/**
 * Words and what they mean, for help texts: a title, then a line a word. Not in
 * columns: help is wrapped to the terminal without their indent.
 */
export function wordList(title: string, words: Readonly<Record<string, string>>): string {
  return [title, ...Object.entries(words).map(([word, is]) => `- ${word}: ${is}`)].join('\n');
}
