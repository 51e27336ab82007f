/** Analysers of the user's own, behind the chain that `watch` runs anyway. */
import { resolve } from 'node:path';
import { optionsByDefault } from '../config/by-default.ts';
import { loadConfig } from '../config/load.ts';
import type { AnalyserComponent, ResolvedConfig } from '../config/resolved.ts';
import { didYouMean } from '../config/spelling.ts';
import type { Engine } from '../engine/engine.ts';
import { installed } from '../engine/registry.ts';
import { originOf } from '../outside/definition.ts';
import { NO_GRANTS } from '../outside/grants.ts';
import { takeLooked } from '../outside/looked.ts';
import type { Looked } from '../outside/looked.ts';
import { InputError } from '../plugin/api.ts';
import { Follower } from '../reload/follower.ts';
import { reload } from '../reload/reload.ts';
import { filesText } from '../reload/words.ts';
import type { WatchRequest } from './request.ts';
import { WrongOption } from './wrong-option.ts';

export class OwnAnalysers {
  readonly #names: readonly string[];
  readonly #config: string | undefined;
  /** All that there have been. */
  readonly #ids = new Set<string>();
  #looked: Looked = { paths: new Set(), except: [] };
  /** One reload after the other. */
  #reloading: Promise<void> = Promise.resolve();

  constructor({ analysers, config }: Pick<WatchRequest, 'analysers' | 'config'>) {
    this.#names = [...new Set(analysers)];
    this.#config = config;
  }

  /** Whether one of them has that id. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * Reads them, and the configuration that has some of them.
   * @param taken ids of other components
   * @throws InputError, WrongOption or ConfigError
   */
  load(taken: readonly string[]): readonly AnalyserComponent[] {
    takeLooked();
    try {
      const { analysers: declared } = this.#configured();
      const ids = new Set(taken);
      return this.#names.map((name) => {
        const found = declared.find(({ id }) => id === name);
        const component = found ?? this.#opened(name, declared);
        const id = freeId(component.id, ids);
        ids.add(id);
        this.#ids.add(id);
        return { ...component, id };
      });
    } finally {
      this.#looked = takeLooked();
    }
  }

  /**
   * Has an engine go on with what is saved.
   * @param configure loads them once more
   * @returns what ends that
   */
  follow(engine: Engine, configure: () => ResolvedConfig, say: (text: string) => void): () => void {
    const follower = new Follower((files) => {
      this.#reloading = this.#reloading.then(async () => again(filesText(files)));
    });
    const follow = (): void => {
      const { paths, except } = this.#looked;
      const config = this.#config === undefined ? [] : [resolve(this.#config)];
      follower.follow({ paths: new Set([...config, ...paths]), except });
    };
    const again = async (why: string): Promise<void> => {
      if (engine.ending) return;
      await reload(why, {
        subject: this.#config ?? this.#names.join(', '),
        read: async () => {
          await installed.outside?.ready(configure);
          return configure();
        },
        goOn: async (config) => {
          const changes = await engine.reload(config);
          return { ...changes, kept: changes.kept.filter((id) => this.#ids.has(id)) };
        },
        say: (_level, text) => {
          // Whoever quits meanwhile has no use for it.
          if (!engine.ending) say(text);
        },
      });
      if (!engine.ending) follow();
    };
    follow();
    return () => follower.close();
  }

  #configured(): Pick<ResolvedConfig, 'analysers'> {
    if (this.#config === undefined) return { analysers: [] };
    const { analysers } = loadConfig(this.#config, installed, false).config;
    const bundled = analysers.find(
      ({ id, definition }) => this.#names.includes(id) && originOf(definition) === undefined,
    );
    if (bundled === undefined) return { analysers };
    const { id, definition } = bundled;
    const message = `--analyser takes analysers of your own: '${id}' is ${definition.name}, which comes with unackd`;
    throw new WrongOption({ message });
  }

  /** One that no configuration has: without options and permissions. */
  #opened(name: string, declared: readonly AnalyserComponent[]): AnalyserComponent {
    const opened = installed.outside?.open(resolve(name));
    if (opened === undefined || 'fault' in opened) {
      const { fault, hint, exitCode } = opened ?? { fault: 'no plugin', hint: null, exitCode: 66 };
      const own = declared.flatMap(({ id, definition }) => (originOf(definition) ? id : []));
      const known = exitCode === 66 ? didYouMean(name, own, `analysers in ${this.#config}`) : null;
      throw new InputError(exitCode, `${name}: ${withHint(fault, known ?? hint)}`);
    }
    const definition = opened.granted(NO_GRANTS);
    if (definition.kind !== 'analyser') {
      throw new InputError(65, `${name}: that is a plugin for a ${definition.kind}, no analyser`);
    }
    const { options, faults } = optionsByDefault(definition);
    const wrong = faults.find(({ severity }) => severity === 'error');
    if (wrong !== undefined) {
      const hint =
        'options stand in a configuration: --config FILE, and --analyser with its id there';
      throw new InputError(65, `${name}: ${withHint(wrong.message, hint)}`);
    }
    return { id: definition.name, kind: 'analyser', definition, options, inputs: [] };
  }
}

function withHint(text: string, hint: string | null): string {
  return hint === null ? text : `${text}; ${hint}`;
}

/** `mine`, or `mine-2` beside another. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  let free = id;
  for (let number = 2; taken.has(free); number++) free = `${id}-${number}`;
  return free;
}
