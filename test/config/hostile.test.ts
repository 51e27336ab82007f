/** Whatever the text, the answer is faults, never an exception, and soon. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { readConfigBytes } from '../../src/config/bytes.ts';
import { renderFault } from '../../src/config/fault.ts';
import { readConfig } from '../../src/config/read.ts';
import { plugins } from './support/plugins.ts';

function check(text: string): void {
  const { config, faults } = readConfig(text, 'x.yaml', plugins, { A: '1', B: 'x' });
  assert.equal(
    config === null,
    faults.some(({ severity }) => severity === 'error'),
  );
  const lines = text.split('\n').length;
  let last = { line: 1, column: 1 };
  for (const fault of faults) {
    const { line, column, length, source } = fault;
    assert.ok(line >= 1 && line <= lines && column >= 1 && column <= source.length + 1);
    assert.ok(length === 1 || column - 1 + length <= source.length);
    assert.ok(line > last.line || (line === last.line && column >= last.column));
    last = { line, column };
    renderFault(fault, false);
  }
}

const WORDS: readonly string[] = `
  sources analysers sinks state flow names table plugin_dirs
  use from path speed ring late retries ports interface vantage
  pcap live retry-schedule icmp-correlation pager sqlite jsonl counter
  attempts incidents notices a b c 10.0.0.1:1 3.5s 1MiB ./x.ts
  \${A} \${B} \${C} \${C:-d} \${ $\${ __proto__ constructor << *a
`.split(/\s+/);

const word = fc.constantFrom(...WORDS);
const { value: tree } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 5 }),
  ),
}));
const component = fc.dictionary(
  word,
  fc.oneof(word, fc.array(word, { maxLength: 3 }), fc.integer()),
);
const section = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), component, { maxKeys: 4 });

describe('readConfig on anything', () => {
  it('random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 400 });
  });

  it('text of the characters that YAML makes something of', () => {
    const unit = fc.constantFrom(...Array.from('{}[]:,-?&*!|>%@`"\'#~\\ \t\n\r\ufeffab1$<'));
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), check), { numRuns: 1500 });
  });

  it('trees of the words that configurations are made of', () => {
    fc.assert(
      fc.property(tree, (value) => check(stringify(value))),
      { numRuns: 600 },
    );
  });

  it('components wired at random', () => {
    const record = fc.record({ sources: section, analysers: section, sinks: section });
    fc.assert(
      fc.property(record, (value) => check(stringify(value))),
      { numRuns: 600 },
    );
  });

  it('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        readConfigBytes(bytes, 'x.yaml', plugins, {});
      }),
      { numRuns: 500 },
    );
  });

  const hostile: Record<string, string> = {
    'ten thousand open brackets': '['.repeat(10_000),
    'ten thousand open braces': '{a: '.repeat(10_000),
    'maps forty deep': Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}a:`).join(
      '\n',
    ),
    'a billion laughs': Array.from({ length: 40 }, (_, at) => {
      const inner = at === 0 ? '[x]' : `[${`*a${at - 1}, `.repeat(9)}]`;
      return `k${at}: &a${at} ${inner}\n`;
    }).join(''),
    'a billion merges': Array.from({ length: 40 }, (_, at) => {
      const inner = at === 0 ? '{x: y}' : `{<<: [${`*a${at - 1}, `.repeat(9)}]}`;
      return `k${at}: &a${at} ${inner}\n`;
    }).join(''),
    'an anchor that holds itself': 'sources: &a { x: *a, <<: *a }',
    'a thousand analysers': `sources: { s: { use: pcap, path: x } }
analysers: {${Array.from({ length: 1000 }, (_, at) => `a${at}: { use: retry-schedule }`).join(', ')}}
sinks: { o: { use: jsonl, path: "-" } }`,
    'a megabyte in one word': `sources: ${'x'.repeat(1_000_000)}`,
  };
  for (const [name, text] of Object.entries(hostile)) {
    // A second at most, and some more for mocha's endless stack traces.
    it(name, () => check(text)).timeout(10_000);
  }
});
