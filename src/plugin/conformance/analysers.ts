/** The suite for analysers. */
import { hostOf } from '../../engine/hosts.ts';
import type { AnalyserDefinition, AnalyserHost, JsonValue } from '../api.ts';
import { RULES, unwatched, watch, type Watched } from './analyser.ts';
import { broken, holds, innermost, messageOf, skipped, type Finding } from './finding.ts';
import { KeptError } from './lending.ts';
import { playAnalyser, type Feed, type Log, type Played } from './play.ts';

const silent: Log = () => undefined;

/** Runs the capture through an instance; what it throws is found, not thrown. */
async function runOnce(
  feed: Feed,
  { definition, options }: Played<AnalyserDefinition>,
  log: Log,
): Promise<{ readonly seen: Watched; readonly error: unknown }> {
  const seen = unwatched();
  const watched = watch(definition, seen);
  try {
    await playAnalyser(feed, { definition: watched, options }, log);
  } catch (error) {
    return { seen, error: innermost(error) };
  }
  return { seen, error: null };
}

function shown(text: string | undefined): string {
  return (text ?? 'nothing').slice(0, 200);
}

function difference(first: readonly string[], second: readonly string[]): string {
  const at = first.findIndex((line, i) => line !== second[i]);
  const [one, other] = at < 0 ? ['nothing', second[first.length]] : [first[at], second[at]];
  return `the second time it did ${shown(other)} where the first time it did ${shown(one)}: is something kept outside of create?`;
}

/** Rules that a run may have broken on its way. */
function* onTheWay({ broken: faults, traps }: Watched): Generator<Finding> {
  for (const rule of [RULES.emits, RULES.synchronous, RULES.wakes]) {
    const error = faults.get(rule);
    yield error === undefined ? holds(rule, '') : broken(rule, error.message, { error });
  }
  const [first] = traps.sprung;
  if (first === undefined) yield holds(RULES.clock, '');
  else {
    const [name, error] = first;
    const text = `${name} gives another value in each run: take the attempt's 'at', the 'now' of advance, or host.wakeAt`;
    yield broken(RULES.clock, text, { error });
  }
}

/** Everything that an analyser is held to. `feed` is read several times. */
export async function* analyserFindings(
  feed: Feed,
  nothing: Feed,
  plugin: Played<AnalyserDefinition>,
  log: Log,
): AsyncGenerator<Finding> {
  const { definition } = plugin;
  const { seen, error } = await runOnce(feed, plugin, log);
  if (error instanceof KeptError) {
    yield broken(RULES.kept, error.message, { error });
    return;
  }
  if (error !== null) {
    yield broken(RULES.runs, `it threw: ${messageOf(error)}`, { error });
    return;
  }
  yield holds(RULES.runs, `${seen.calls} calls, ${seen.messages} messages`, seen.told);
  yield holds(RULES.kept, '');
  yield* onTheWay(seen);
  const again = await runOnce(feed, plugin, silent);
  const same =
    again.error === null &&
    again.seen.output.length === seen.output.length &&
    again.seen.output.every((line, i) => line === seen.output[i]);
  if (again.error !== null) {
    const text = `the second time it threw: ${messageOf(again.error)}`;
    yield broken(RULES.same, text, { error: again.error });
  } else if (!same) yield broken(RULES.same, difference(seen.output, again.seen.output));
  else yield holds(RULES.same, '');
  const empty = await runOnce(nothing, plugin, silent);
  yield empty.error === null
    ? holds(RULES.empty, '')
    : broken(RULES.empty, `it threw: ${messageOf(empty.error)}`, { error: empty.error });
  yield await restored(definition, plugin, feed);
}

/** Keeps what an analyser saves, as JSON does. */
class Notebook {
  readonly values = new Map<string, JsonValue>();
  fault: string | null = null;

  set(key: string, value: JsonValue): void {
    const text = JSON.stringify(value);
    if (text === undefined || key.length > 256) {
      this.fault ??= `save: ${key.slice(0, 60)}: a key of at most 256 characters and a JSON value are wanted`;
    } else if (text.length > 64 * 1024) {
      this.fault ??= `save: ${key} takes ${text.length} bytes, and 64 KiB are kept: give it in parts`;
    } else this.values.set(key, JSON.parse(text) as JsonValue);
  }

  delete(key: string): void {
    this.values.delete(key);
  }
}

/** Saves at the end of the capture, and makes another instance of that, which saves the same. */
async function restored(
  definition: AnalyserDefinition,
  { options }: Played<AnalyserDefinition>,
  feed: Feed,
): Promise<Finding> {
  const rule = RULES.memory;
  const notebook = new Notebook();
  const plain = watch(definition, unwatched());
  const remembering: AnalyserDefinition = {
    ...definition,
    create(values, host, emit) {
      const analyser = plain.create(values, { ...host, remembered: new Map() }, emit);
      const end = (now: number): void => {
        analyser.end?.(now);
        analyser.save?.(notebook, true);
      };
      return { ...analyser, end };
    },
  };
  if (definition.remembers === undefined) {
    const made = definition.create(options as never, bareHost(null), () => undefined);
    made.close?.();
    if (made.save === undefined) return skipped(rule, 'it remembers nothing');
    return broken(rule, "it has a 'save' and no 'remembers': state the version of what it saves", {
      property: ['create'],
    });
  }
  try {
    await playAnalyser(feed, { definition: remembering, options }, silent);
    if (notebook.fault !== null) return broken(rule, notebook.fault);
    const host = bareHost(new Map(notebook.values));
    const second = definition.create(options as never, host, () => undefined);
    second.close?.();
    return holds(rule, `${notebook.values.size} values`);
  } catch (thrown) {
    const error = innermost(thrown);
    return broken(rule, `it threw: ${messageOf(error)}`, { error });
  }
}

function bareHost(remembered: ReadonlyMap<string, JsonValue> | null): AnalyserHost {
  return {
    ...hostOf('check', () => undefined),
    remembered,
    capture: {
      icmpSeen: false,
      filters: [],
      finite: true,
      missing: () => ({ packets: 0, answers: 0, blind: 0 }),
    },
    wakeAt: () => undefined,
  };
}
