import type { IncidentKind } from 'unackd';
import type { Case } from './case.ts';

/** The open incidents of one place, by kind. Most places have none, and then this holds nothing. */
export class OpenCases {
  #cases: Map<IncidentKind, Case> | null = null;

  get size(): number {
    return this.#cases?.size ?? 0;
  }

  get(kind: IncidentKind): Case | undefined {
    return this.#cases?.get(kind);
  }

  has(kind: IncidentKind): boolean {
    return this.#cases?.has(kind) === true;
  }

  set(kind: IncidentKind, open: Case): void {
    this.#cases ??= new Map();
    this.#cases.set(kind, open);
  }

  delete(kind: IncidentKind): void {
    this.#cases?.delete(kind);
    if (this.#cases?.size === 0) this.#cases = null;
  }
}
