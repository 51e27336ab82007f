/** What the engine takes for a plugin, made of what an outside one declares. */
import type { OptionFault, PluginDefinition } from '../plugin/api.ts';
import type { OutsidePlugin } from '../config/resolved.ts';
import { OutsideAnalyser } from './analyser.ts';
import { answerTo } from './answers.ts';
import { checkFaults } from './declared.ts';
import type { Declared } from './declared.ts';
import { OutsideError } from './files.ts';
import type { Located } from './files.ts';
import type { Grants } from './grants.ts';
import { writtenBy } from './looked.ts';
import { outsideSink } from './sink.ts';
import { OutsideSource } from './source.ts';
import type { PluginFiles } from './start.ts';
import { tracesOf } from './traces.ts';

/** What is loaded is known by its content. */
const CODE = /\.(?:ts|mts|mjs|js) \d+ \d+ \d+$/u;

type Options = Readonly<Record<string, unknown>>;

function faultsOf(located: Located, declared: Declared, options: Options): readonly OptionFault[] {
  const [first] = Object.keys(declared.options);
  try {
    return checkFaults(answerTo(located, options)['faults'], declared.options);
  } catch (error) {
    if (!(error instanceof OutsideError) || first === undefined) throw error;
    const message = `its own check failed: ${error.message}`;
    return [{ option: first, severity: 'error', message }];
  }
}

/** What it may read of itself: a folder all of it, a file itself and what it imports. */
function filesOf({ entry, folder }: Located, { files }: Declared): PluginFiles {
  return { entry, readable: folder === null ? [...new Set([entry, ...files])] : [folder] };
}

/** What else lies in a plugin's folder, but for what it may write itself. */
function dataOf({ folder }: Located, { write }: Grants): string {
  if (folder === null) return '';
  const { lines } = tracesOf([folder], write);
  return lines.filter((line) => !CODE.test(line)).join('\n');
}

/** Where a plugin came from, and what it may do. */
export interface Origin {
  readonly entry: string;
  readonly grants: Grants;
}

const origins = new WeakMap<PluginDefinition, Origin>();

/** `undefined` for one that came with unackd. */
export function originOf(definition: PluginDefinition): Origin | undefined {
  return origins.get(definition);
}

export function definePlugin(located: Located, declared: Declared): OutsidePlugin {
  const { kind, name, doc, options, checks } = declared;
  const files = filesOf(located, declared);
  const common = {
    api: 1,
    name,
    doc,
    options,
    ...(checks ? { check: (given: Options) => faultsOf(located, declared, given) } : {}),
  } as const;
  /** Its newest, for each version of its rights. */
  const made = new Map<string, { readonly data: string; readonly definition: PluginDefinition }>();
  const { reads, emits, remembers } = declared;
  const make = (grants: Grants): PluginDefinition => {
    const origin = { declared, files, grants };
    if (kind === 'source') {
      return {
        ...common,
        kind,
        ...(declared.live ? { live: true as const } : {}),
        create: (given, host) => new OutsideSource(origin, given, host),
      };
    }
    if (kind === 'sink') {
      return {
        ...common,
        kind,
        reads,
        create: (given, host) => outsideSink(origin, given, host),
      };
    }
    return {
      ...common,
      kind,
      reads,
      emits,
      ...(remembers === null ? {} : { remembers }),
      create: (given, host, emit) => new OutsideAnalyser(origin, given, host, emit),
    };
  };
  return {
    kind,
    name,
    // Equal grants and files give one definition, so that a reload sees that nothing has changed.
    granted: (grants) => {
      writtenBy(grants.write);
      const data = dataOf(located, grants);
      const before = made.get(JSON.stringify(grants));
      if (before?.data === data) return before.definition;
      const definition = make(grants);
      origins.set(definition, { entry: located.entry, grants });
      made.set(JSON.stringify(grants), { data, definition });
      return definition;
    },
    options,
    entry: located.entry,
  };
}
