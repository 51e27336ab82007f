import type { Micros } from '../model/attempt.ts';
import type { Notice } from '../model/notice.ts';
import type { Pipeline } from './pipeline.ts';

function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** What the whole capture tells about itself, once it has ended. */
export function* captureNotices(
  pipeline: Pipeline,
  source: string,
  now: Micros,
): Generator<Notice> {
  const { traits, clock, table } = pipeline.flow;
  const all = traits.answered + traits.missing;
  if (clock.wentBack > 0) {
    const by = (clock.wentBackBy / 1e6).toFixed(1);
    const more = clock.wentBack > 1 ? `, and ${count(clock.wentBack - 1)} times more` : '';
    yield notice(
      'clock-went-back',
      clock.wentBackAt,
      `${source}: time went back by ${by} s${more}; intervals across that moment are counted as 0. Several captures in one file sort with: reordercap`,
    );
  }
  if (traits.oneWay) {
    yield notice(
      'one-way-capture',
      now,
      `${source}: ${count(traits.missing)} of ${count(all)} handshakes went on without a SYN-ACK captured: only one direction is seen, so silence proves nothing here. Capture where both directions pass`,
    );
  } else if (traits.losesPackets) {
    const share = ((100 * traits.missing) / all).toFixed(1);
    yield notice(
      'capture-loss',
      now,
      `${source}: the SYN-ACK of ${count(traits.missing)} in ${count(all)} handshakes (${share} %) is missing from the capture: packets were lost in capturing, and lone SYNs are left unresolved. A larger buffer (tcpdump -B) or a narrower filter helps`,
    );
  }
  const { lone, held, since } = table.evictions;
  if (lone + held > 0) {
    yield notice(
      'table-full',
      clock.wallTime(since),
      `${source}: the table of ${count(table.capacity)} attempts was full; ${count(lone)} lone SYNs${held > 0 ? ` and ${count(held)} other attempts` : ''} were let go early (unresolved, unless silent for 3.5 s). flow.table raises the bound (150 bytes each)`,
    );
  }
}

function notice(code: string, time: Micros, text: string): Notice {
  return { type: 'notice', code, time, text };
}
