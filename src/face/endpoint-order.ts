import { VERDICTS, type Endpoint } from '../model/endpoint.ts';
import { addressSortKey } from './address.ts';

/** Attempts that came to nothing; `unresolved` ones may have come to something. */
export function failingAttempts({ attempts }: Endpoint): number {
  return attempts['half-open'] + attempts.refused + attempts.rejected + attempts.unanswered;
}

/** Worst first: by verdict, then by the number of failing attempts, then by address. */
export function worstFirst(endpoints: readonly Endpoint[]): Endpoint[] {
  const ranked = endpoints.map((endpoint) => ({
    endpoint,
    verdict: VERDICTS.indexOf(endpoint.verdict),
    failing: failingAttempts(endpoint),
    address: addressSortKey(endpoint.server),
  }));
  ranked.sort(
    (a, b) => a.verdict - b.verdict || b.failing - a.failing || (a.address < b.address ? -1 : 1),
  );
  return ranked.map(({ endpoint }) => endpoint);
}

/** Rows shown where no limit is given: about two screens, worst ones first. */
export const DEFAULT_LIMIT = 50;

/** More healthy endpoints than this beside sick ones are summed up: they would bury what is wrong. */
export const HEALTHY_ROWS = 10;

export interface Selection {
  readonly shown: readonly Endpoint[];
  /** Healthy ones left out, to be summed up. */
  readonly healthy: readonly Endpoint[];
  /** Others left out. */
  readonly more: number;
}

/**
 * What a person gets to see of a long list.
 *
 * @param limit rows at most; 0 is all, healthy ones too
 */
export function selectRows(endpoints: readonly Endpoint[], limit: number): Selection {
  const sorted = worstFirst(endpoints);
  if (limit === 0) return { shown: sorted, healthy: [], more: 0 };
  const sick = sorted.filter(({ verdict }) => verdict !== 'healthy');
  const healthy = sorted.filter(({ verdict }) => verdict === 'healthy');
  const summed = sick.length > 0 && healthy.length > HEALTHY_ROWS;
  const rows = summed ? sick : sorted;
  return {
    shown: rows.slice(0, limit),
    healthy: summed ? healthy : [],
    more: Math.max(0, rows.length - limit),
  };
}
