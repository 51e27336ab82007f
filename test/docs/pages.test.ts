/** The pages of docs/ are followed as they stand. */
import assert from 'node:assert/strict';
import { globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSE_WORDS, OUTCOME_WORDS, VERDICT_WORDS } from '../../src/face/verdict-words.ts';
import * as flowRules from '../../src/flow/rules.ts';
import * as holeRules from '../../plugins/analysers/black-hole/rules.ts';
import { NOTICE_CODES } from '../../src/model/notice.ts';
import { needs } from '../support/needs.ts';
import { parse } from 'yaml';
import { Checkout, hasCommand, isBuilt, root } from './checkout.ts';
import { tableOf } from './fences.ts';
import { DocPage, type PageRules } from './page.ts';

/** Those that ask for more, or less, than the others. */
const RULES: Readonly<Record<string, PageRules>> = {
  'reading.md': { unrun: 1 },
  'plugins.md': { showsAll: true },
};

const pages = new Map(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => [name, new DocPage(`docs/${name}`)]),
);

for (const [name, page] of pages) {
  describe(page.name, () => page.follow(RULES[name]));
}

describe('docs/verdicts.md', () => {
  it('explains all words as the program does', () => {
    const text = pages.get('verdicts.md')?.text ?? '';
    for (const [header, words] of [
      ['outcome', OUTCOME_WORDS],
      ['verdict', VERDICT_WORDS],
      ['cause', CAUSE_WORDS],
    ] as const) {
      assert.deepEqual(Object.fromEntries(tableOf(text, header)), words, header);
    }
  });
});

describe('docs/verdicts.md, its constants', () => {
  it('are those of the code', () => {
    const text = pages.get('verdicts.md')?.text ?? '';
    const rows = Array.from(
      text.matchAll(/^\| `([A-Z_]+)` +\| ([\d.]+)( s)? +\|/gmu),
      ([, name, value, unit]) => [name, Number(value) * (unit === undefined ? 1 : 1e6)] as const,
    );
    assert.ok(rows.length > 25);
    const constants: Readonly<Record<string, unknown>> = { ...flowRules, ...holeRules };
    assert.deepEqual(
      rows.filter(([name, value]) => constants[name] !== value),
      [],
    );
  });
});

describe('docs/reading.md', () => {
  it('lists the exit codes that the overview lists', function () {
    needs(this, isBuilt, 'not built: npm run build');
    const checkout = new Checkout();
    const { shown } = checkout.run('bin/unackd --help');
    checkout.remove();
    const [, listed] = /^EXIT CODES\n([^]*?)^$/mu.exec(shown) ?? [];
    const codes = [...listed.matchAll(/(?<=^|\s)\d+(?= )/gu)].map(([code]) => code);
    const told = new Set(
      tableOf(pages.get('reading.md')?.text ?? '', 'code').map(([code]) => code),
    );
    assert.ok(codes.length > 5);
    assert.deepEqual(
      codes.filter((code) => !told.has(code)),
      [],
    );
  });
});

describe('docs/alerts.md', () => {
  it('lists the notices that the program tells, and no other', () => {
    const listed = tableOf(pages.get('alerts.md')?.text ?? '', 'code').map(([code]) => code);
    const sources = ['src', 'plugins'].flatMap((room) =>
      globSync(`${room}/**/*.ts`, { cwd: root }).filter((path) => !path.includes('/examples/')),
    );
    const code = sources.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
    assert.deepEqual(
      listed.filter((one) => !code.includes(`'${one}'`)),
      [],
      'that nothing tells',
    );
    const told = [
      ...NOTICE_CODES,
      ...Array.from(code.matchAll(/\bcode: '([a-z]+(?:-[a-z]+)+)'/gu), ([, one]) => one),
      ...Array.from(code.matchAll(/#tell\('\w+', '([a-z-]+)'/gu), ([, one]) => one),
      ...Array.from(code.matchAll(/#notice\('([a-z]+(?:-[a-z]+)+)'/gu), ([, one]) => one),
    ];
    const known = new Set([...listed, ...faultCodes()]);
    assert.ok(told.length > 30);
    assert.deepEqual(
      told.filter((one) => !known.has(one)),
      [],
      'that are not listed',
    );
  });
});

describe('docs/operations.md, its rules for Prometheus', () => {
  const page = pages.get('operations.md');
  const [rules] = page?.fences.filter(({ body }) => body.startsWith('# unackd-rules.yaml')) ?? [];

  it('ask for metrics that there are', () => {
    // The page shows what a real daemon answers.
    const shown = page?.text.match(/^(?:unackd|process)_\w+ [A-Z01].*$/gmu) ?? [];
    const metrics = new Set(shown.map((line) => line.split(' ', 1)[0]));
    assert.ok(metrics.size > 15);
    const { groups } = parse(rules.body) as RuleFile;
    const all = groups.flatMap((group) => group.rules);
    assert.ok(all.length > 5);
    for (const { alert, expr, annotations } of all) {
      const asked = expr.match(/unackd_\w+/gu) ?? [];
      assert.ok(asked.length > 0, alert);
      assert.deepEqual(
        asked.filter((name) => !metrics.has(name)),
        [],
        alert,
      );
      assert.ok(annotations.summary.length > 0, alert);
    }
  });

  it('are sound for promtool', function () {
    needs(this, hasCommand('promtool'), 'no promtool');
    const checkout = new Checkout();
    checkout.put('rules.yaml', rules.body);
    const { status, shown } = checkout.run('promtool check rules rules.yaml');
    checkout.remove();
    assert.equal(status, 0, shown);
  });
});

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly summary: string };
    }[];
  }[];
}

/** Of a configuration: these are no notices. */
function faultCodes(): string[] {
  const readme = readFileSync(join(root, 'src/config/README.md'), 'utf8');
  return tableOf(readme, 'code').map(([code]) => code);
}
