/** Skips a test with a stated reason where what it needs is not there. */
export function needs(context: Mocha.Context, met: boolean, reason: string): void {
  if (met) return;
  if (context.test !== undefined) context.test.title += ` (skipped: ${reason})`;
  context.skip();
}
