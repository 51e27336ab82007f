import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import type { JsonValue, Memory } from '../plugin/api.ts';

/** What people will be told, or would have been. */
export interface Waiting {
  /** Id of the component that told it. */
  readonly origin: string;
  readonly incident: Incident;
  /** Capture time; infinite for what waits only to be taken back. */
  readonly until: Micros;
  /** Id of the silence that it waits for. */
  readonly silence: string | null;
}

/** As whom it is remembered; no component can have such an id. */
export const TELLER = { id: 'told later', plugin: 'unackd', version: 1 } as const;

function keyOf(source: string, id: string): string {
  return `${source} ${id}`;
}

/** Has it kept over a restart. */
export function keep(memory: Memory, source: string, waiting: Waiting): void {
  const until = Number.isFinite(waiting.until) ? waiting.until : null;
  const value: unknown = { ...waiting, until };
  memory.set(keyOf(source, waiting.incident.id), value as JsonValue);
}

export function forget(memory: Memory, source: string, id: string): void {
  memory.delete(keyOf(source, id));
}

/** What of one source was kept. */
export function recall(remembered: ReadonlyMap<string, JsonValue>, source: string): Waiting[] {
  const own = [...remembered].filter(([key]) => key.startsWith(keyOf(source, '')));
  return own.map(([, value]) => {
    const kept: unknown = value;
    const waiting = kept as Omit<Waiting, 'until'> & { readonly until: Micros | null };
    const { origin, incident, until, silence } = waiting;
    return { origin, incident, until: until ?? Number.POSITIVE_INFINITY, silence };
  });
}
