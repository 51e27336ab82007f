/** A test file, read: which configurations are to say what about which captures. */
import type { FaultLog } from '../config/fault-log.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import type { Outcome } from '../model/attempt.ts';
import type { CauseName, Verdict } from '../model/endpoint.ts';
import type { IncidentKind, IncidentState } from '../model/incident.ts';
import type { Micros } from '../model/attempt.ts';
import type { Count } from './count.ts';
import type { Place } from './fields.ts';

export interface IncidentWish {
  readonly place: Place;
  readonly kind: IncidentKind | undefined;
  /** `10.1.0.1:8000`, `10.1.0.1`, `10.1.0.0/24`, as `placeOf` has it. */
  readonly scope: string | undefined;
  readonly state: IncidentState | undefined;
  /** The likeliest one. */
  readonly cause: CauseName | undefined;
  /** From its start until it is told. */
  readonly toldWithin: Micros | undefined;
}

export interface CountWish {
  readonly place: Place;
  readonly outcome: Outcome;
  readonly count: Count;
}

export interface EndpointWish {
  readonly place: Place;
  readonly server: string;
  readonly verdict: Verdict | undefined;
  readonly cause: CauseName | undefined;
  readonly attempts: readonly CountWish[];
}

/** A list that is complete: nothing else may be there. */
export interface Complete<T> {
  readonly place: Place;
  readonly list: readonly T[];
}

export interface Expected {
  readonly incidents: Complete<IncidentWish> | null;
  /** Codes. */
  readonly notices: Complete<string> | null;
  readonly endpoints: readonly EndpointWish[];
  readonly attempts: readonly CountWish[];
}

export interface TestCase {
  readonly name: string;
  readonly place: Place;
  readonly config: ResolvedConfig;
  /** Absolute paths by the id of the source that they stand in for. */
  readonly captures: ReadonlyMap<string, readonly string[]>;
  readonly expected: Expected;
}

export interface Reading {
  /** Empty where there is any error. */
  readonly tests: readonly TestCase[];
  readonly log: FaultLog;
}
