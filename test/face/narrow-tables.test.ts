/** Tables of attempts and incidents, from a narrow terminal to a wide one. */
import assert from 'node:assert/strict';
import { AttemptTable } from '../../src/face/attempt-table.ts';
import { incidentLines } from '../../src/face/incident-table.ts';
import { attempt, incident, START } from '../../src/plugin/testing.ts';
import { expectPage } from './expect-page.ts';

const V6 = '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff';
const FOUR = { ip: '192.168.100.200', port: 40_626 };
const DAY = 86_400;

const WIDTHS = Array.from({ length: 33 }, (_, i) => 40 + 5 * i);

function page(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** The text without the breaks of lines, where something may have been parted. */
function joined(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join('');
}

describe('face: tables on any terminal', () => {
  const attempts = [
    attempt({ syn_offsets: [0, 1.02, 3.04] }),
    attempt({ client: FOUR, server: FOUR, outcome: 'unanswered', begins: 1 }),
    attempt({ client: { ip: V6, port: 65_535 }, outcome: 'unresolved', final: false, begins: 2 }),
    attempt({ server: { ip: V6, port: 65_535 }, outcome: 'half-open', begins: 3 }),
  ];

  it('attempts fit, and tell who connected to whom', () => {
    for (const unicode of [true, false]) {
      for (const later of [4, DAY]) {
        for (const width of WIDTHS) {
          const all = [...attempts, attempt({ begins: later })];
          const table = new AttemptTable({ width, colour: false, unicode });
          const lines = table.lines(all, true);
          expectPage(page(lines), width);
          const text = joined(lines);
          for (const word of [
            `[${V6}]:65535`,
            '192.168.100.200:40626',
            '14:13:21',
            'unresolved so far',
          ])
            assert.ok(text.includes(word), `${width}: ${word} in\n${lines.join('\n')}`);
        }
      }
    }
  });

  it('attempts of a narrow terminal have the client beneath', () => {
    const table = new AttemptTable({ width: 40, colour: false, unicode: false });
    assert.deepEqual(table.lines([attempts[0]], true), [
      '2026-09-21, times in UTC',
      'TIME          SERVER         OUTCOME',
      '----------------------------------------',
      '14:13:20.000  10.1.0.1:8000  established',
      '  from 10.2.0.1:40626, SYNs 3',
    ]);
  });

  it('incidents fit, and tell where', () => {
    const scope = { kind: 'port', ip: V6, port: 65_535, prefix: null } as const;
    const all = [incident(), incident({ scope, kind: 'partial-black-hole', lasts: 60 })];
    for (const width of WIDTHS) {
      const lines = incidentLines(all, {
        sheet: { width, colour: false, unicode: true },
        now: START + 120e6,
        shortId: (id) => id.slice(0, 8),
        note: () => '',
      });
      expectPage(page(lines), width);
      assert.ok(joined(lines).includes(`[${V6}]:65535`), lines.join('\n'));
    }
  });
});
