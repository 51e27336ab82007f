/** The few lines after a run: what was read, and what it came to. */
import { OUTCOMES, type Micros, type Outcome } from '../model/attempt.ts';
import { clean } from './clean.ts';
import { formatSpan } from './clock.ts';
import { counted, formatBytes, formatCount } from './count.ts';
import { formatDuration } from './duration.ts';
import { sheetOf, type Page } from './page.ts';
import { glueUnits, wrapText } from './wrap.ts';

export interface Totals {
  /** Names of what was read, as the user wrote them. */
  readonly files: readonly string[];
  readonly packets: number;
  /** Read from the files, headers of the file format among them. */
  readonly bytes: number;
  /** Packets that matter to handshakes. */
  readonly segments: number;
  readonly attempts: Readonly<Record<Outcome, number>>;
  readonly endpoints: number;
  /** Time of the first packet, `null` without one. */
  readonly first: Micros | null;
  readonly last: Micros | null;
  /** What the decoder met, by the counters' names. */
  readonly malformed: Readonly<Record<string, number>>;
  /** How often a bound was hit, by its name (`table-full`). */
  readonly bounds: Readonly<Record<string, number>>;
}

/** More files than this are only counted: the user knows what the pattern matched. */
const NAMED_FILES = 2;

/** Two lines or three, then what went wrong where something did. Ends with a newline. */
export function renderTotals(totals: Totals, page: Page): string {
  const { width, unicode } = sheetOf(page);
  const lines = [
    `${readText(totals)} from ${filesText(totals.files)}`,
    spanText(totals),
    attemptsText(totals),
    troubleText('malformed', totals.malformed),
    troubleText('bounds hit', totals.bounds),
  ];
  const wrapped = lines.flatMap((line) =>
    wrapText(glueUnits(clean(line, unicode)), { width, first: '', rest: '  ' }),
  );
  return `${wrapped.join('\n')}\n`;
}

function readText({ packets, bytes, segments }: Totals): string {
  const matter = counted(segments, 'handshake segment');
  return `read ${counted(packets, 'packet')} (${formatBytes(bytes)}, ${matter})`;
}

function filesText(files: readonly string[]): string {
  return files.length > NAMED_FILES ? counted(files.length, 'file') : files.join(', ');
}

function spanText({ first, last }: Totals): string {
  if (first === null || last === null) return '';
  return `captured ${formatSpan(first, last)} (${formatDuration((last - first) / 1e6)})`;
}

function attemptsText({ attempts, endpoints }: Totals): string {
  const total = OUTCOMES.reduce((sum, outcome) => sum + attempts[outcome], 0);
  if (total === 0) return 'no attempt: no SYN was seen';
  const parts = OUTCOMES.filter((outcome) => attempts[outcome] > 0).map(
    (outcome) => `${formatCount(attempts[outcome])} ${outcome}`,
  );
  return `${counted(total, 'attempt')} at ${counted(endpoints, 'endpoint')}: ${parts.join(', ')}`;
}

function troubleText(what: string, counts: Readonly<Record<string, number>>): string {
  const met = Object.entries(counts).filter(([, count]) => count > 0);
  if (met.length === 0) return '';
  met.sort(([, a], [, b]) => b - a);
  return `${what}: ${met.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ')}`;
}
