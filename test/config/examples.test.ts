/** The shipped configurations: sound by `check`, by the schema, and refused by both when spoilt. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { isMap, isScalar, parse, parseDocument, visit } from 'yaml';
import { readConfigBytes } from '../../src/config/bytes.ts';
import { readConfig } from '../../src/config/read.ts';
import { configSchema, schemaText } from '../../src/config/schema.ts';
import { bundled } from '../../src/engine/registry.ts';

const CONFIG = resolve(import.meta.dirname, '../../config');
const FILES = globSync('{unackd,examples/*}.yaml', { cwd: CONFIG }).toSorted();
const accepts = new Ajv({ allErrors: true, strict: false }).compile(configSchema(bundled));

/** The text with one key misspelt, once for each key that is a setting's and no id. */
function misspelt(text: string): string[] {
  const keys = parseDocument(text);
  const offsets: number[] = [];
  visit(keys, {
    Pair(_, pair, path) {
      const depth = path.filter((node) => isMap(node)).length;
      const isId = depth === 2;
      if (!isId && isScalar(pair.key) && pair.key.range) offsets.push(pair.key.range[0]);
    },
  });
  return offsets.map((at) => `${text.slice(0, at)}qqqqqq${text.slice(at)}`);
}

/** The text with one option's value made a map, which no option takes. */
function mistyped(text: string): string[] {
  const document = parseDocument(text);
  const spoilt: string[] = [];
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.value) || !pair.value.range) return;
      const [start, end] = pair.value.range;
      spoilt.push(`${text.slice(0, start)}{ qqqqqq: 1 }${text.slice(end)}`);
    },
  });
  return spoilt;
}

describe('shipped configurations', () => {
  it('are there', () => assert.ok(FILES.length >= 5));

  for (const file of FILES) {
    describe(file, () => {
      const path = join(CONFIG, file);
      const bytes = readFileSync(path);
      const text = bytes.toString('utf8');

      it('has no fault', () => {
        const { config, faults } = readConfigBytes(bytes, path, bundled, {});
        assert.deepEqual(faults, []);
        assert.ok(config !== null);
      });

      it('begins by saying what it is for', () => {
        assert.match(text, file === 'unackd.yaml' ? /^# yaml-language-server: / : /^# [A-Z].{20,}/);
      });

      it('fits the schema', () => {
        assert.ok(accepts(parse(text)), JSON.stringify(accepts.errors));
      });

      it('is refused by check and by the schema when any part is spoilt', () => {
        const texts = [...misspelt(text), ...mistyped(text)];
        assert.ok(texts.length >= 8);
        for (const spoilt of texts) {
          const { config } = readConfig(spoilt, path, bundled, {});
          assert.equal(config, null, spoilt);
          assert.equal(accepts(parse(spoilt)), false, spoilt);
        }
      });
    });
  }

  it('have a schema that is up to date (scripts/make-schema.ts writes it)', () => {
    const written = readFileSync(join(CONFIG, 'unackd.schema.json'), 'utf8');
    assert.equal(written, schemaText(bundled));
  });
});
