/** From a test file's text to its tests; all faults at once. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseValues } from '../config/document.ts';
import { FaultLog, TOP } from '../config/fault-log.ts';
import { loadConfig } from '../config/load.ts';
import { readRoot } from '../config/read.ts';
import type { PluginRegistry, ResolvedConfig } from '../config/resolved.ts';
import { filesIn } from '../config/secret-file.ts';
import { didYouMean } from '../config/spelling.ts';
import type { MapValue, Value } from '../config/value.ts';
import type { Environment } from '../config/variables.ts';
import { Fields } from './fields.ts';
import { readExpected } from './read-expected.ts';
import type { Reading, TestCase } from './suite.ts';

const KEYS = ['name', 'config', 'captures', 'expect'];

/**
 * @param file the text's file: relative paths start at its folder
 * @throws ConfigError where a configuration that a test names has faults of its own
 */
export function readSuite(
  text: string,
  file: string,
  registry: PluginRegistry,
  env: Environment,
): Reading {
  const clean = text.startsWith('\ufeff') ? text.slice(1) : text;
  const log = new FaultLog(clean, file);
  const fields = new Fields(clean, log);
  const hint = 'tests: a list, each with name, config, captures and expect';
  const empty = clean.replaceAll(/^\s*(?:#.*)?$/gmu, '') === '';
  if (empty) log.error('empty-file', TOP, 'there are no tests in this file', hint);
  const root = empty ? null : parseValues(clean, env, filesIn(dirname(resolve(file))), log);
  const map = root === null ? null : fields.map(root, 'a test file', ['tests']);
  const list = map === null ? null : fields.entry(map, 'tests', 'a test file', hint);
  const items = list === null ? [] : fields.list(list);
  if (list?.kind === 'list' && items.length === 0) {
    log.error('empty-value', list.span, 'there are no tests in this list', hint);
  }
  const reader = new Reader(file, registry, fields);
  const tests = items.flatMap((item) => reader.test(item) ?? []);
  return { tests: log.failed ? [] : tests, log };
}

class Reader {
  private readonly file: string;
  private readonly folder: string;
  private readonly registry: PluginRegistry;
  private readonly fields: Fields;
  private readonly names = new Set<string>();

  constructor(file: string, registry: PluginRegistry, fields: Fields) {
    this.file = file;
    this.folder = dirname(resolve(file));
    this.registry = registry;
    this.fields = fields;
  }

  test(value: Value): TestCase | null {
    const { fields } = this;
    const map = fields.map(value, 'a test', KEYS);
    if (map === null) return null;
    const name = this.name(map);
    const written = fields.entry(map, 'config', 'a test', 'the path of a configuration, or one');
    const config = written === null ? null : this.config(written);
    const captures = fields.entry(map, 'captures', 'a test', 'such as { eth0: night.pcap }');
    const paths = captures === null ? null : this.captures(captures, config);
    const expect = fields.entry(map, 'expect', 'a test', 'what is to be found');
    const expected = expect === null ? null : readExpected(expect, fields);
    if (name === null || config === null || paths === null || expected === null) return null;
    return { name, place: fields.placeOf(map.span), config, captures: paths, expected };
  }

  private name(map: MapValue): string | null {
    const { fields } = this;
    const value = fields.entry(map, 'name', 'a test', 'what it is about, in a few words');
    const name = value === null ? null : fields.plainText(value, 'name');
    if (name !== null && value !== null && this.names.has(name)) {
      fields.log.error('duplicate-id', value.span, `another test is called '${name}', too`);
    }
    if (name !== null) this.names.add(name);
    return name;
  }

  private config(value: Value): ResolvedConfig | null {
    const { fields, file, folder, registry } = this;
    if (value.kind === 'map') return readRoot(value, file, registry, { folder, log: fields.log });
    const path = fields.plainText(value, 'config', 'the path of a configuration, or one as a map');
    if (path === null) return null;
    const whole = resolve(folder, path);
    if (!existsSync(whole)) {
      fields.log.error('no-such-file', value.span, `there is no ${whole}`);
      return null;
    }
    return loadConfig(whole, registry, false).config;
  }

  private captures(
    value: Value,
    config: ResolvedConfig | null,
  ): Map<string, readonly string[]> | null {
    const { fields } = this;
    const map = fields.map(value, "'captures'", null);
    if (map === null) return null;
    if (map.entries.size === 0) {
      fields.log.error(
        'empty-value',
        map.span,
        "'captures' names none",
        'such as { eth0: a.pcap }',
      );
    }
    const found = new Map<string, readonly string[]>();
    for (const { key, keySpan, value: paths } of map.entries.values()) {
      const ids = config?.sources.map(({ id }) => id);
      if (ids !== undefined && !ids.includes(key)) {
        const hint = didYouMean(key, ids, 'there is');
        fields.log.error('unknown-component', keySpan, `no source is called '${key}'`, hint);
      }
      found.set(
        key,
        fields.list(paths).flatMap((item) => this.path(item) ?? []),
      );
    }
    return found;
  }

  private path(value: Value): string | null {
    const text = this.fields.plainText(value, 'captures', 'the path of a capture file');
    if (text === null) return null;
    const whole = resolve(this.folder, text);
    // Wildcards are looked up when the capture is read.
    if (!existsSync(whole) && !/[*?[]/u.test(text)) {
      this.fields.log.error('no-such-file', value.span, `there is no ${whole}`);
      return null;
    }
    return whole;
  }
}
