import type { Pipeline } from '../engine/pipeline.ts';
import type { Page } from '../face/page.ts';
import { renderTotals } from '../face/totals.ts';
import type { Outcome } from '../model/attempt.ts';
import { OUTCOMES } from '../model/attempt.ts';

/** The last lines of the text: what was read, and what it came to. */
export function totalsText(
  pipeline: Pipeline,
  files: readonly string[],
  bytes: number,
  page: Page,
): string {
  const { intake, book, decoder, flow } = pipeline;
  const attempts = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, book.total(outcome)]),
  ) as Record<Outcome, number>;
  return renderTotals(
    {
      files: files.map((file) => (file === '-' ? 'standard input' : file)),
      packets: intake.frames,
      bytes,
      segments: intake.segments,
      attempts,
      endpoints: book.size,
      first: Number.isNaN(intake.first) ? null : intake.first,
      last: Number.isNaN(intake.last) ? null : intake.last,
      malformed: decoder.counters.seen(),
      bounds: {
        'table-full': flow.table.evictions.lone + flow.table.evictions.held,
        'endpoints-full': book.beyond,
      },
    },
    page,
  );
}
