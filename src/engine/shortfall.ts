import type { Host } from '../plugin/api.ts';

/** What a component did not get, or gave too late. Only grows, over reloads too. */
export class Shortfall {
  /** Attempts, notices and the like that it was not told: it was too slow, failed, or was off. */
  events = 0;
  /** Likewise segments. */
  segments = 0;
  /** Attempts that went on without its notes, as it had not answered in time. */
  lateNotes = 0;
}

/** What the engine's own host says besides. */
interface Counting {
  shortfall(): Shortfall;
}

function counts(host: Host): host is Host & Counting {
  return 'shortfall' in host && typeof host.shortfall === 'function';
}

/** The component's, where somebody shows it; else nobody's. */
export function shortfallOf(host: Host): Shortfall {
  return counts(host) ? host.shortfall() : new Shortfall();
}
