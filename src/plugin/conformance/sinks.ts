/** The suite for sinks. */
import { hostOf } from '../../engine/hosts.ts';
import type { Attempt, Incident, Sink, SinkDefinition, SinkHost } from '../api.ts';
import { broken, holds, innermost, messageOf, skipped, type Finding } from './finding.ts';
import { KeptError, lend } from './lending.ts';
import { playSink, type Feed, type Log, type Played } from './play.ts';
import { SAMPLE_START } from './sample.ts';

const RULES = {
  runs: 'takes a capture',
  kept: 'keeps no attempt past the call',
  empty: 'bears a capture without packets',
  reopen: 'opens its files again',
  deliver: 'gives up a delivery that nobody waits for',
} as const;

/** How long a delivery may take to end once it is aborted: the engine leaves a second at its end. */
const PATIENCE_MS = 1000;

interface Seen {
  messages: number;
  closed: number;
}

/** The same sink, whose attempts are lent for the call only. */
function watched(definition: SinkDefinition, seen: Seen): SinkDefinition {
  return {
    ...definition,
    create(options, host) {
      const inner = definition.create(options, host);
      const passed: Sink = {
        attempt(attempt: Attempt) {
          seen.messages++;
          const loan = lend(attempt);
          try {
            inner.attempt?.(loan.lent);
          } finally {
            loan.end();
          }
        },
        endpoint: (endpoint) => (seen.messages++, inner.endpoint?.(endpoint)),
        incident: (incident) => (seen.messages++, inner.incident?.(incident)),
        notice: (notice) => (seen.messages++, inner.notice?.(notice)),
        flush: () => inner.flush?.(),
        close: () => (seen.closed++, inner.close?.()),
        ...(inner.finalOnly === true ? { finalOnly: true } : {}),
        ...(inner.skipsLone === true ? { skipsLone: true } : {}),
      };
      return passed;
    },
  };
}

const host: SinkHost = {
  ...hostOf('check', () => undefined),
  ending: new AbortController().signal,
  nameOf: () => undefined,
};

const INCIDENT: Incident = {
  type: 'incident',
  id: 'c0ffee00',
  kind: 'black-hole',
  state: 'firing',
  scope: { kind: 'port', ip: '10.1.0.1', port: 8000, prefix: null },
  started_at: SAMPLE_START,
  detected_at: SAMPLE_START + 5_000_000,
  resolved_at: null,
  confidence: 0.9999,
  causes: [],
  evidence: {},
  superseded_by: null,
};

/** Everything that a sink is held to. `feed` is read once. */
export async function* sinkFindings(
  feed: Feed,
  nothing: Feed,
  plugin: Played<SinkDefinition>,
  log: Log,
): AsyncGenerator<Finding> {
  const { definition, options } = plugin;
  const seen: Seen = { messages: 0, closed: 0 };
  const error = await thrownBy(() =>
    playSink(feed, { definition: watched(definition, seen), options }, log),
  );
  if (error instanceof KeptError) {
    yield broken(RULES.kept, error.message, { error });
    return;
  }
  if (error !== null) {
    yield broken(RULES.runs, `it threw: ${messageOf(error)}`, { error });
    return;
  }
  yield holds(RULES.runs, `${seen.messages} messages`);
  yield holds(RULES.kept, '');
  const anew = { definition: watched(definition, seen), options };
  yield await bears(RULES.empty, () => playSink(nothing, anew, () => undefined));
  const sink = definition.create(options as never, host);
  if (sink.reopen === undefined) yield skipped(RULES.reopen, 'it has no files to open again');
  else yield await bears(RULES.reopen, () => sink.reopen?.());
  yield await deliveryFinding(sink);
  await sink.close?.();
}

async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    return innermost(error);
  }
}

async function bears(rule: string, work: () => unknown): Promise<Finding> {
  const error = await thrownBy(work);
  return error === null
    ? holds(rule, '')
    : broken(rule, `it threw: ${messageOf(error)}`, { error });
}

/** Whether the receiver takes it is no matter; whether `deliver` comes back is. */
async function deliveryFinding(sink: Sink): Promise<Finding> {
  const rule = RULES.deliver;
  if (sink.deliver === undefined)
    return skipped(rule, 'it has no deliver: its receiver is always there');
  const aborted = new AbortController();
  const answer: unknown = sink.deliver(INCIDENT, { id: 'check', signal: aborted.signal });
  if (!(answer instanceof Promise)) {
    return broken(rule, 'deliver returned no promise', { property: ['deliver'] });
  }
  aborted.abort();
  const waited = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => waited.resolve('late'), PATIENCE_MS);
  const settled = answer.then(
    () => 'taken' as const,
    () => 'refused' as const,
  );
  const outcome = await Promise.race([settled, waited.promise]);
  clearTimeout(timer);
  if (outcome !== 'late') return holds(rule, '');
  const text = `deliver went on for ${PATIENCE_MS} ms after its signal was aborted: hand delivery.signal to what it waits for`;
  return broken(rule, text, { property: ['deliver'] });
}
