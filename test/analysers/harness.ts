/** A made-up engine for analysers: hand-made attempts in, messages out. */
import { hostOf } from '../../src/engine/hosts.ts';
import type {
  Analyser,
  AnalyserDefinition,
  Annotation,
  Attempt,
  Endpoint,
  Incident,
  Micros,
  Missing,
  Notice,
  OptionSpec,
} from 'unackd';

export const SECOND = 1_000_000;
/** 2026-09-21T14:13:20Z */
export const START: Micros = 1_790_000_000 * SECOND;

const NO_SCHEDULE = { family: null, gave_up: false, next_due: null } as const;

/** An attempt with these SYNs; `at` is seconds after the first one, else the last SYN's time. */
export function attempt(
  offsets: readonly number[],
  rest: Partial<Omit<Attempt, 'at' | 'time'>> & { at?: number; time?: number } = {},
): Attempt {
  const time = START + Math.round((rest.time ?? 0) * SECOND);
  const at = time + Math.round((rest.at ?? offsets.at(-1) ?? 0) * SECOND);
  return {
    type: 'attempt',
    client: { ip: '10.2.0.1', port: 40626 },
    server: { ip: '10.1.0.1', port: 8000 },
    isn: 274725390,
    outcome: 'unanswered',
    final: true,
    syns: offsets.length,
    syn_offsets: offsets,
    schedule: NO_SCHEDULE,
    icmp: null,
    answered_after: null,
    vantage: 'client',
    source: 'file',
    community_id: '1:',
    one_way: false,
    inferred: false,
    hidden_refusal: false,
    ...rest,
    time,
    at,
  };
}

export interface Rig {
  readonly analyser: Analyser;
  readonly capture: {
    icmpSeen: boolean;
    filters: string[];
    finite: boolean;
    missing: () => Missing;
  };
  readonly messages: (Endpoint | Incident | Notice)[];
  /** The earliest wish for `advance`, as the host keeps it. */
  wish: Micros | null;
  /** Capture time goes on: grants wishes up to `now`. */
  advance(now: Micros): void;
  notices(): Notice[];
  attempt(a: Attempt): Annotation | undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1000, s: SECOND, m: 60 * SECOND };

/** A default as `create` gets it: durations in microseconds. */
function decoded(spec: OptionSpec): unknown {
  if (spec.type !== 'duration') return spec.default;
  const match = /^([\d.]+)(ms|s|m)$/.exec(spec.default ?? '');
  if (match === null) throw new Error(`no duration: ${String(spec.default)}`);
  return Number(match[1]) * UNITS[match[2]];
}

/** The analyser with its defaults (changed by `options`) and a host whose capture facts a test may change. */
export function rig(
  plugin: AnalyserDefinition,
  options: Record<string, unknown> = {},
  facts: Partial<Rig['capture']> = {},
): Rig {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(plugin.options)) values[name] = decoded(spec);
  Object.assign(values, options);
  const capture = {
    icmpSeen: false,
    filters: [],
    finite: true,
    missing: () => ({ packets: 0, answers: 0, blind: 0 }),
    ...facts,
  };
  const messages: Rig['messages'] = [];
  const host = {
    capture,
    remembered: null,
    ...hostOf('test', () => undefined),
    id: 'test',
    log() {},
    wakeAt(time: Micros) {
      if (made.wish === null || time < made.wish) made.wish = time;
    },
  };
  const analyser = plugin.create(values as never, host, (message) => messages.push(message));
  const made: Rig = {
    analyser,
    capture,
    messages,
    wish: null,
    advance(now) {
      while (made.wish !== null && made.wish <= now) {
        const due = made.wish;
        made.wish = null;
        analyser.advance?.(due);
      }
    },
    notices: () => messages.filter((m) => m.type === 'notice'),
    attempt: (a) => analyser.attempt?.(a),
  };
  return made;
}
