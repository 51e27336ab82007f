/** What the conformance suite found: one for each rule. */
export interface Finding {
  /** What is held to, as people read it: `same input, same output`. */
  readonly rule: string;
  readonly result: 'holds' | 'broken' | 'skipped';
  /** What was seen; of a broken rule, what is wrong and what to do. */
  readonly text: string;
  /** What the plugin threw, or a stack that leads to the line at fault. */
  readonly error?: unknown;
  /** The property of the definition that is at fault: `['options', 'limit']`. */
  readonly property?: readonly string[];
  /** The first of the messages that it told: `notice slow-port 10.1.0.1:443 took 3 SYNs`. */
  readonly told?: readonly string[];
}

export function holds(rule: string, text: string, told: readonly string[] = []): Finding {
  return { rule, result: 'holds', text, ...(told.length > 0 ? { told } : {}) };
}

export function skipped(rule: string, text: string): Finding {
  return { rule, result: 'skipped', text };
}

export function broken(
  rule: string,
  text: string,
  where: Pick<Finding, 'error' | 'property'> = {},
): Finding {
  return { rule, result: 'broken', text, ...where };
}

/** What was thrown, in one line. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error that a plugin threw, out of those that name its component. */
export function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}
