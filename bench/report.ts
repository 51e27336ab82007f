import { cpus, release } from 'node:os';
import { type Comparison, type Garbage, goals } from './compare.ts';

function seconds(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(value < 10 ? 3 : 1)} s`;
}

function judged(value: number | null, text: string, reached: boolean): string {
  return value === null ? '-' : `${text} ${reached ? 'ok' : 'MISSED'}`;
}

function rows(comparisons: readonly Comparison[]): string[][] {
  return comparisons.map((one) => [
    one.capture,
    seconds(one.unackd.wall),
    seconds(one.tcpdump.wall),
    judged(one.ratio, `${one.ratio.toFixed(2)} (<= ${one.ratioGoal})`, one.ratio <= one.ratioGoal),
    `${seconds(one.unackd.cpu)} / ${seconds(one.tcpdump.cpu)}`,
    judged(
      one.unackd.rss,
      `${one.unackd.rss.toFixed(0)} MiB (< ${goals.rss})`,
      one.unackd.rss < goals.rss,
    ),
    seconds(one.tshark),
    judged(
      one.tsharkRatio,
      `${one.tsharkRatio?.toFixed(0)} x (>= ${goals.tshark})`,
      (one.tsharkRatio ?? 0) >= goals.tshark,
    ),
  ]);
}

function table(head: readonly string[], body: readonly string[][]): string {
  const widths = head.map((title, i) =>
    Math.max(title.length, ...body.map((row) => row[i].length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [
    line(head),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...body.map((row) => line(row)),
  ].join('\n');
}

/** What was measured, as Markdown. */
export function render(
  comparisons: readonly Comparison[],
  garbage: readonly Garbage[],
  runs: number,
  scale: number,
): string {
  const parts = [
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`,
    `Whole processes, page cache warm, medians of ${runs} runs in turn.`,
    ...(scale < 1
      ? [`Captures cut down to ${scale} of what is said below: no measure of the goals.`]
      : []),
    '',
    table(
      [
        'capture',
        'unackd',
        'tcpdump',
        'wall ratio (goal)',
        'cpu',
        'most memory (goal)',
        'tshark *',
        'against tshark (goal)',
      ],
      rows(comparisons),
    ),
    '',
    ...comparisons.map((one) => `${one.capture}: ${one.about}`),
    '* scaled from the first 200,000 packets, start-up counted once',
  ];
  if (garbage.length > 0)
    parts.push(
      '',
      'Garbage collections in 4096 connections that stay open (they grow with the packets only if each allocates something):',
      ...garbage.map(
        ({ packets, young, full }) =>
          `  ${(packets / 1e6).toLocaleString('en')} million packets: ${young} young, ${full} full`,
      ),
    );
  return `${parts.join('\n')}\n`;
}
