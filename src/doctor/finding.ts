/** One thing that was looked at. */
export interface Finding {
  /** `rights`, `database history`. */
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found, one line. */
  readonly text: string;
  /** What to do about it; `null` where nothing need be done. */
  readonly mend: string | null;
}

export function ok(check: string, text: string): Finding {
  return { check, state: 'ok', text, mend: null };
}

/** It works, but not all, or not for long. */
export function warn(check: string, text: string, mend: string | null): Finding {
  return { check, state: 'warn', text, mend };
}

export function fail(check: string, text: string, mend: string | null = null): Finding {
  return { check, state: 'fail', text, mend };
}

/** What was thrown, as one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0];
}
