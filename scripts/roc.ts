/**
 * Measures the black-hole analyser and prints Markdown tables:
 *
 *     npm run roc -- [--seeds 20] [--hours 10000] [--harder] [--only TEXT]
 *
 * The first table runs simulated captures through the whole engine, each
 * scenario with so many seeds; `--harder` takes variations of them instead, and
 * `--only` those whose name holds the text. The second table needs thousands of
 * endpoint-hours a row, so it comes from a light simulator that makes events,
 * not packets (test/black-hole/light.ts); `--hours 0` leaves it out.
 */
import { parseArgs } from 'node:util';
import { evaluate } from '../test/black-hole/evaluate.ts';
import { FAULTS, QUIET } from '../test/black-hole/harder.ts';
import { falseAlarms, type LightLoss } from '../test/black-hole/light.ts';
import { STORIES, type Story } from '../test/black-hole/scenarios.ts';

const { values: given } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    hours: { type: 'string', default: '10000' },
    harder: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const ENDPOINTS = 40;
/** Attempts a second and endpoint. */
const RATE = 0.2;

const LOSSES: readonly (readonly [string, LightLoss])[] = [
  ['0.1 %', { each: 0.001 }],
  ['1 %', { each: 0.01 }],
  ['2 %', { each: 0.02 }],
  ['5 %', { each: 0.05 }],
  ['10 %', { each: 0.1 }],
  ['15 %', { each: 0.15 }],
  [
    '0.5 % and bursts (1.5 s, 70 %, one in 60 s)',
    { each: 0.005, bursts: { every: 60, length: 1.5, loss: 0.7 } },
  ],
  [
    '0.5 % and bursts (1.5 s, 70 %, one in 12 s)',
    { each: 0.005, bursts: { every: 12, length: 1.5, loss: 0.7 } },
  ],
];

function seconds(values: readonly number[], pick: 'median' | 'most'): string {
  if (values.length === 0) return '';
  const sorted = values.toSorted((a, b) => a - b);
  const at = pick === 'most' ? sorted.length - 1 : sorted.length >> 1;
  return sorted[at].toFixed(1);
}

function row(...cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

async function detectionTable(
  stories: Readonly<Record<string, Story>>,
  seeds: number,
): Promise<void> {
  process.stdout.write(`Each scenario with ${seeds} seeds; seconds of capture time.\n\n`);
  row('scenario', 'true', 'found', 'false', 'told after', 'at most', 'over after', 'at most');
  row('---', '--:', '--:', '--:', '--:', '--:', '--:', '--:');
  for (const [name, story] of Object.entries(stories)) {
    const detection: number[] = [];
    const recovery: number[] = [];
    let wrong = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const outcome = await evaluate(name, story, seed);
      detection.push(...outcome.detection);
      recovery.push(...outcome.recovery);
      wrong += new Set(outcome.wrong.map(({ incident }) => incident.id)).size;
    }
    const told = [detection, recovery].flatMap((of) => [
      seconds(of, 'median'),
      seconds(of, 'most'),
    ]);
    row(name, seeds * story.expected.length, detection.length, wrong, ...told);
  }
}

function falseAlarmTable(hours: number): void {
  const each = Math.ceil(hours / ENDPOINTS);
  process.stdout.write(
    `\nLoss alone, nothing else wrong: ${each * ENDPOINTS} endpoint-hours a row at ${RATE} attempts a second and endpoint, ` +
      'each endpoint alone in its network; light simulator (events, no packets).\n\n',
  );
  const options = [1e-3, 1e-6];
  row(
    'loss each way',
    ...options.map((rate) => `false alarms an endpoint-day (false_alarms ${rate})`),
  );
  row('---', ...options.map(() => '--:'));
  for (const [name, loss] of LOSSES) {
    const cells = options.map((rate) => {
      const told = falseAlarms({
        seed: `roc/${name}`,
        hours: each,
        endpoints: ENDPOINTS,
        rate: RATE,
        clients: 60,
        loss,
        options: { false_alarms: rate },
      });
      const perDay = (told.length * 24) / (each * ENDPOINTS);
      return told.length === 0
        ? `0 (below ${((3 * 24) / (each * ENDPOINTS)).toFixed(4)})`
        : perDay.toFixed(4);
    });
    row(name, ...cells);
  }
}

const seedsEach = Number(given.seeds);
const hoursARow = Number(given.hours);
const all = given.harder ? { ...FAULTS, ...QUIET } : STORIES;
const chosen = Object.fromEntries(
  Object.entries(all).filter(([name]) => name.includes(given.only)),
);
if (!(seedsEach >= 0 && hoursARow >= 0) || Object.keys(chosen).length === 0) {
  process.stderr.write(
    `roc: --seeds and --hours take numbers; --only takes part of a name: ${Object.keys(all).join('; ')}\n`,
  );
  process.exitCode = 2;
} else {
  if (seedsEach > 0) await detectionTable(chosen, seedsEach);
  if (hoursARow > 0) falseAlarmTable(hoursARow);
}
