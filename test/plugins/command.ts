import { unackd } from '../support/unackd.ts';

/** `unackd ARGS` in a folder. @returns all that it showed */
export function unackdIn(
  cwd: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly shown: string } {
  const { status, stdout, stderr } = unackd(args, { cwd, timeout: 40_000 });
  return { status, shown: stdout + stderr };
}
