/** unackd.yaml(5): the reference of docs/configuration.md, as roff. */
import { bundled } from '../../src/engine/registry.ts';
import { CONFIG } from '../../src/service/place.ts';
import { MARK, referenceText } from '../reference.ts';
import {
  bold,
  inline,
  item,
  pageName,
  paragraph,
  prose,
  sample,
  section,
  subsection,
} from './roff.ts';
import type { Page } from './roff.ts';

/** Links are of no use on paper; what they call themselves is. */
function unlinked(text: string): string {
  return text
    .replaceAll(/ ?\[Its page\]\([^)]*\)\.?/gu, '')
    .replaceAll(/\[(?<words>[^\]]*)\]\([^)]*\)/gu, '$<words>');
}

/** A row of the reference's tables: key, type, default, what it does, example. */
function rowItem(row: string): string[] {
  const [key, type, fallback, doc, example] = row
    .split(/(?<!\\)\|/u)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
  const usual =
    fallback === '' ? '' : fallback.startsWith('**') ? '; required' : `; default ${fallback}`;
  return [
    ...item(bold(key.replaceAll('`', '')), `${doc} (${type}${usual})`),
    '.br',
    inline(`Example: ${example}`),
  ];
}

function lineToRoff(line: string): string[] {
  if (line.startsWith('#### ')) return subsection(line.slice(5));
  if (line.startsWith('### ')) return section(line.slice(4).replaceAll('`', ''));
  if (/^\| (?:key|---) /u.test(line)) return [];
  if (line.startsWith('|')) return rowItem(line);
  const { head, rest } = /^- (?<head>`.*?`[^:]*): (?<rest>.*)$/u.exec(line)?.groups ?? {};
  if (head !== undefined) return item(inline(head), rest);
  return paragraph(line);
}

export function configurationPage(): Page {
  const [, reference] = referenceText(bundled).split('## Reference\n');
  const lines = reference.split('\n').filter((line) => line !== '' && line !== MARK);
  return {
    name: 'unackd.yaml',
    chapter: 5,
    summary: 'configuration of unackd',
    body: [
      ...section('Description'),
      prose(
        `\`unackd run --config FILE\` is wired by one YAML file: packets come from sources, analysers make something of them, results go to sinks. The service's is ${CONFIG}.`,
      ),
      ...paragraph(
        "A value may take an environment variable: `${NAME}` or `${NAME:-default}`; what a file holds: `${file:PATH}`; or a credential of systemd's: `${credential:NAME}`.",
      ),
      ...paragraph('`unackd check FILE` tells every fault at once, with line and column.'),
      ...lines.flatMap((line) => lineToRoff(unlinked(line))),
      ...section('Example'),
      ...sample([
        'sources:',
        '  eth0: { use: live, interface: eth0 }',
        'sinks:',
        '  history: { use: sqlite, path: /var/lib/unackd/unackd.db, from: [attempts, incidents] }',
        "  ops: { use: webhook, url: 'https://example.org/hook' }",
      ]),
      ...section('See also'),
      [pageName('unackd', 1), pageName('unackd-check', 1), pageName('unackd-run', 1)].join(',\n'),
    ],
  };
}
