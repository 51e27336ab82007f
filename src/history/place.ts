/** Which database the commands that look back ask. */
import { resolve } from 'node:path';
import { ConfigError, loadConfig } from '../config/load.ts';
import { nameIn } from '../config/names.ts';
import type { Topic } from '../plugin/api.ts';
import { bundled, installed, openHistory } from '../engine/registry.ts';
import type { NameOf } from '../plugin/words.ts';

export type History = ReturnType<typeof openHistory>;

export interface Place {
  readonly history: History;
  /** As told to people. */
  readonly path: string;
  /** From the configuration, where one was named. */
  readonly names: NameOf | undefined;
  /** What the configuration's sink takes; `null` where only the database is known. */
  readonly topics: ReadonlySet<Topic> | null;
}

export interface PlaceRequest {
  readonly db: string | undefined;
  readonly config: string | undefined;
}

function open(path: string): History {
  return openHistory(path, (text) => process.stderr.write(`${path}: ${text}\n`));
}

function usage(message: string): Error {
  return Object.assign(new Error(message), { exitCode: 2 });
}

/**
 * Opens the database that the command line names. Close its history in the end.
 * @throws InputError or ConfigError, in one line that says what to do
 */
export function openPlace({ db, config }: PlaceRequest): Place {
  if (db !== undefined && config !== undefined) {
    throw usage('name a database with --db or a configuration with --config, not both');
  }
  if (db !== undefined) {
    if (db === '') throw usage('--db is empty; is a variable not set?');
    return { history: open(resolve(db)), path: db, names: undefined, topics: null };
  }
  if (config === undefined) {
    throw usage(
      'name the database (--db FILE), or the configuration that writes it (--config FILE)',
    );
  }
  const { config: read } = loadConfig(config, installed, false);
  const sqlite = bundled.find('sink', 'sqlite');
  const sink = read.sinks.find(({ definition }) => definition === sqlite);
  if (sink === undefined) {
    throw new ConfigError(
      78,
      `${config} has no sqlite sink, so it keeps no history: add one under 'sinks', such as history: { use: sqlite, path: unackd.db, from: [attempts, incidents] }`,
    );
  }
  const path = String(sink.options['path']);
  return {
    history: open(path),
    path,
    names: (ip, port) => nameIn(read.names, ip, port),
    topics: new Set(sink.inputs.map(({ topic }) => topic)),
  };
}

/** Why there may be nothing of a topic, as an addition to a sentence. */
export function whyNone({ topics }: Place, topic: 'attempt' | 'incident'): string {
  if (topics === null || topics.has(topic)) return '';
  return `: its sqlite sink gets no ${topic}s, so add ${topic}s to its 'from'`;
}
