/**
 * Measures how soon `unackd lab drop` tells that a port swallows SYNs, and that
 * it answers again, from each place that it can capture at. Takes root.
 *
 *     sudo npm run bench:latency -- [--runs 12] [--beside 4]
 */
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { Trial } from '../test/lab/trial.ts';

/** What is promised, in seconds. */
const MOST = 12;
const MEDIAN = 6;

const PLACES = ['client', 'server', 'any'];
const FAMILIES = ['IPv4', 'IPv6'];

interface Measured {
  /** Seconds until it was told; `undefined` where it was not. */
  readonly told: number | undefined;
  readonly over: number | undefined;
  /** Incidents of other ports, of other kinds, or told twice. */
  readonly wrong: number;
  /** Ports beside it whose verdict was another one than theirs. */
  readonly mixedUp: number;
}

const BESIDE: Readonly<Record<number, string>> = {
  8001: 'healthy',
  8002: 'refusing',
  8003: 'rejecting',
};

async function measure(place: string, family: string): Promise<Measured> {
  const trial = new Trial(['drop', '--at', place, ...(family === 'IPv6' ? ['--ipv6'] : [])]);
  const code = await trial.ended();
  if (code !== 0) throw new Error(`the lab ended with ${code}: ${trial.stderr}`);
  const { incidents, verdicts } = trial;
  const after = (what: string): number | undefined =>
    incidents.find((incident) => incident.what === what)?.after;
  const told = after('black-hole 8000 firing');
  const over = after('black-hole 8000 resolved');
  const right = Number(told !== undefined) + Number(over !== undefined);
  return {
    told,
    over,
    wrong: incidents.length - right,
    mixedUp: Object.keys(BESIDE).filter((port) => verdicts[port] !== BESIDE[Number(port)]).length,
  };
}

/** Runs all, so many beside each other; what they gave, in order. */
async function inTurns<T>(work: readonly (() => Promise<T>)[], beside: number): Promise<T[]> {
  const results: T[] = [];
  const waiting = [...work.entries()];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next;
      results[index] = await one();
      process.stderr.write(`bench: ${++done} of ${work.length} done\n`);
    }
  };
  await Promise.all(Array.from({ length: beside }, worker));
  return results;
}

function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half) - 1]) / 2;
}

function row(name: string, all: readonly Measured[]): string {
  const times = (pick: (one: Measured) => number | undefined): string[] => {
    const sorted = all.flatMap((one) => pick(one) ?? []).toSorted((a, b) => a - b);
    if (sorted.length === 0) return ['-', '-'];
    return [median(sorted), sorted.at(-1)!].map((seconds) => seconds.toFixed(1));
  };
  const sum = (pick: (one: Measured) => number): number =>
    all.reduce((total, one) => total + pick(one), 0);
  const missed = sum(({ told, over }) => Number(told === undefined) + Number(over === undefined));
  const cells = [
    name,
    all.length,
    ...times(({ told }) => told),
    ...times(({ over }) => over),
    missed,
    sum(({ wrong }) => wrong),
    sum(({ mixedUp }) => mixedUp),
  ];
  return `| ${cells.join(' | ')} |`;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '12' },
    beside: { type: 'string', default: '4' },
  },
});
const [runs, beside] = [Number(values.runs), Number(values.beside)];
if (!(runs >= 1 && beside >= 1)) {
  process.stderr.write('bench: --runs 1 or more; --beside 1 or more\n');
  process.exitCode = 2;
} else {
  const settings = PLACES.flatMap((place) => FAMILIES.map((family) => ({ place, family })));
  const work = Array.from({ length: runs }, () => settings).flat();
  const measured = await inTurns(
    work.map(
      ({ place, family }) =>
        () =>
          measure(place, family),
    ),
    beside,
  );
  const lines = settings.map(({ place, family }) => {
    const name = `${place === 'any' ? 'at the server, on any' : `at the ${place}`}, ${family}`;
    return row(
      name,
      measured.filter((_, i) => work[i].place === place && work[i].family === family),
    );
  });
  process.stdout.write(
    [
      `Linux ${release()}; seconds from when the rule was in, or out, until it was told.`,
      '',
      '| captured | runs | told: median | at most | over: median | at most | missed | false | ports mixed up |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...lines,
      row('all', measured),
      '',
    ].join('\n'),
  );
  const slow = measured.some(
    ({ told, over }) => (told ?? Infinity) > MOST || (over ?? Infinity) > MOST,
  );
  const middle = median(measured.map(({ told }) => told ?? Infinity).toSorted((a, b) => a - b));
  if (slow || middle > MEDIAN || measured.some(({ wrong, mixedUp }) => wrong + mixedUp > 0)) {
    process.stderr.write(
      `bench: MISSED: within ${MOST} s, median ${MEDIAN} s, nothing false or mixed up\n`,
    );
    process.exitCode = 1;
  }
}
