/**
 * The conformance suite: what every plugin is held to, bundled or not. It runs
 * plugins as the engine does and looks on.
 */
import { networkHere } from '../../outside/net/here.ts';
import type { PluginDefinition } from '../api.ts';
import { callsOf } from '../network.ts';
import type { Network } from '../network.ts';
import { analyserFindings } from './analysers.ts';
import { decodeWritten, type Written } from './defaults.ts';
import { definitionFaults } from './definition.ts';
import { broken, holds, messageOf, type Finding } from './finding.ts';
import { PLUGIN } from './play.ts';
import type { Feed, Log } from './play.ts';
import { sample } from './sample.ts';
import { sinkFindings } from './sinks.ts';
import { sourceFindings } from './sources.ts';

export interface SuiteRequest {
  /** What the plugin's file exports as its default. */
  readonly found: unknown;
  /** Options as a configuration has them; what is left out takes its default. */
  readonly options: Readonly<Record<string, Written>>;
  /** Absolute; relative paths of options start here. */
  readonly folder: string;
  /** Absolute; those of files to read start here. Left out, there too. */
  readonly home?: string;
  /** What analysers and sinks get; left out, a minute of made-up traffic. */
  readonly capture?: Feed | undefined;
  /** Where it may connect to, as in `permissions`. Left out, nowhere. */
  readonly net?: readonly string[];
  /** What the plugin logs. */
  readonly log: Log;
}

const OPENS_NOTHING: Feed = {
  definition: {
    ...sample,
    name: 'empty',
    create: () => ({
      interfaces: [{ name: 'empty', linkType: 101, filter: null, snapLength: 0 }],
      read: (batch) => {
        batch.count = 0;
        return false;
      },
    }),
  },
  options: {},
};

function* ownCheck(
  definition: PluginDefinition,
  options: Readonly<Record<string, unknown>>,
): Generator<Finding> {
  const rule = 'options';
  if (definition.check === undefined) {
    yield holds(rule, optionsText(definition));
    return;
  }
  try {
    const faults: unknown = definition.check(options as never);
    if (!Array.isArray(faults)) {
      const text = "'check' returned no list of faults: [] where nothing is wrong";
      yield broken(rule, text, { property: ['check'] });
      return;
    }
    const errors = (faults as { severity: string; message: string }[]).filter(
      ({ severity }) => severity === 'error',
    );
    yield errors.length === 0
      ? holds(rule, optionsText(definition))
      : broken(rule, `its own check refuses these options: ${errors[0].message}`);
  } catch (error) {
    yield broken(rule, `'check' threw: ${messageOf(error)}`, { error });
  }
}

function optionsText({ options }: PluginDefinition): string {
  return Object.keys(options).join(', ') || 'none';
}

/** The same, on hosts whose network reaches what is granted. */
function within(definition: PluginDefinition, network: Network): PluginDefinition {
  const create = (options: never, host: never, emit: never): unknown =>
    definition.create(options, Object.assign({}, host, callsOf(network)), emit);
  return { ...definition, create } as PluginDefinition;
}

/** Runs the suite. What makes further rules pointless ends it. */
export async function* conformance(request: SuiteRequest): AsyncGenerator<Finding> {
  const { found, options: written, folder, log } = request;
  const faults = [...definitionFaults(found)];
  for (const { text, property } of faults) yield broken('definition', text, { property });
  if (faults.length > 0) return;
  const network = networkHere(request.net ?? [], (why) => log(PLUGIN, 'warn', why));
  const definition = within(found as PluginDefinition, network);
  yield holds('definition', `${definition.kind} ${definition.name}: ${definition.doc}`);
  let options: Record<string, unknown>;
  try {
    options = decodeWritten(definition.options, written, folder, request.home);
  } catch (error) {
    for (const text of messageOf(error).split('\n')) yield broken('options', text);
    return;
  }
  for (const finding of ownCheck(definition, options)) {
    yield finding;
    if (finding.result === 'broken') return;
  }
  const feed = request.capture ?? { definition: sample, options: {} };
  switch (definition.kind) {
    case 'source':
      yield* sourceFindings({ definition, options });
      break;
    case 'analyser':
      yield* analyserFindings(feed, OPENS_NOTHING, { definition, options }, log);
      break;
    case 'sink':
      yield* sinkFindings(feed, OPENS_NOTHING, { definition, options }, log);
      break;
  }
}
