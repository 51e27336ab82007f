/** docs/configuration.md: every example of its reference is a sound configuration. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfigBytes } from '../../src/config/bytes.ts';
import { renderFault } from '../../src/config/fault.ts';
import { bundled } from '../../src/engine/registry.ts';
import { MARK } from '../../scripts/reference.ts';
import { root } from './checkout.ts';

const [, reference] = readFileSync(join(root, 'docs/configuration.md'), 'utf8').split(MARK);

interface Row {
  readonly key: string;
  readonly required: boolean;
  /** `key: value` */
  readonly example: string;
}

/** Tables by the heading that they stand under, without its marks. */
const tables = new Map(
  reference.split(/^#+ /mu).map((section) => {
    const [heading] = section.split('\n', 1);
    const rows = [...section.matchAll(/^\| `(\w+)` (.*)\|$/gmu)].map(([, key, cells]): Row => {
      const shown = /`([^`]+)` *$/u.exec(cells.replaceAll('\\|', '|'));
      return { key, required: cells.includes('**required**'), example: shown?.[1] ?? '' };
    });
    return [heading.replaceAll('`', ''), rows] as const;
  }),
);

const BASE = {
  sources: ['  eth0: { use: pcap, path: a.pcap }'],
  analysers: [] as string[],
  sinks: ["  out: { use: jsonl, path: '-', from: [attempts] }"],
  top: [] as string[],
};

function faultsOf(parts: Partial<typeof BASE>): string[] {
  const { sources, analysers, sinks, top } = { ...BASE, ...parts };
  const text = [
    'sources:',
    ...sources,
    ...(analysers.length === 0 ? [] : ['analysers:', ...analysers]),
    'sinks:',
    ...sinks,
    ...top,
  ].join('\n');
  const variables = { HOOK_URL: 'https://example.org/', HOOK_SECRET: 'whsec_bWljZQ==' };
  const env = { ...variables, ROUTING_KEY: 'k', TOKEN: 't' };
  return readConfigBytes(Buffer.from(text), 'unackd.yaml', bundled, env)
    .faults.filter(({ severity }) => severity === 'error')
    .map((fault) => renderFault(fault, false));
}

/** A component with one option, and those that it can't do without. */
function component(use: string, rows: readonly Row[], { key }: Row): string {
  const lines = rows.filter((row) => row.required || row.key === key).map((row) => row.example);
  return [`  it:`, `    use: ${use}`, ...lines.map((line) => `    ${line}`)].join('\n');
}

describe('docs/configuration.md, the reference', () => {
  for (const kind of ['source', 'analyser', 'sink'] as const) {
    for (const use of bundled.names(kind)) {
      const rows = tables.get(`use: ${use}`) ?? [];
      it(`${use}: has each option, with an example that is sound`, () => {
        const options = Object.keys(bundled.find(kind, use)?.options ?? {});
        assert.deepEqual(
          rows.map(({ key }) => key),
          options,
        );
        const section = `${kind}s` as const;
        for (const row of rows) {
          assert.match(row.example, new RegExp(`^${row.key}: \\S`, 'u'));
          const made = component(use, rows, row);
          const faults = faultsOf({ [section]: [...BASE[section], made] });
          assert.deepEqual(faults, [], made);
        }
      });
    }
  }

  it('keys of the daemon: each example is sound', () => {
    const maps = ['flow', 'admin', 'log', 'grouping'];
    const examples = [
      ...(tables.get('Of the daemon') ?? []).map(({ example }) => example),
      ...maps.flatMap((map) =>
        (tables.get(map) ?? []).map(({ example }) => `${map}: { ${example} }`),
      ),
      ...Array.from(reference.matchAll(/Example: `([^`]+)`/gu), ([, example]) => example),
    ];
    assert.ok(examples.length > 10);
    for (const example of examples) assert.deepEqual(faultsOf({ top: [example] }), [], example);
  });

  it('silences: each example is sound', () => {
    const rows = tables.get('silences') ?? [];
    const again = new Set(['cron', 'for', 'timezone']);
    const once = new Set(['from', 'until']);
    for (const left of [again, once]) {
      const lines = rows.filter(({ key }) => !left.has(key)).map(({ example }) => `    ${example}`);
      assert.ok(lines.length > 6);
      assert.deepEqual(faultsOf({ top: ['silences:', '  works:', ...lines] }), []);
    }
  });

  it('keep: its examples are sound', () => {
    const lines = (tables.get('keep') ?? []).map(({ example }) => `      ${example}`);
    assert.equal(lines.length, 2);
    const made = ['  eth0:', '    use: pcap', '    path: a.pcap', '    keep:', ...lines];
    assert.deepEqual(faultsOf({ sources: made }), []);
  });
});
