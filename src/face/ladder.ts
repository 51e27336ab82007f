/** One handshake as the well-known sequence pictures show it. */
import type { Attempt } from '../model/attempt.ts';
import { formatAddress } from './address.ts';
import { clean } from './clean.ts';
import { dayOf, timeOfDay } from './clock.ts';
import { columnsOf } from './columns.ts';
import { counted } from './count.ts';
import { formatDuration, formatSeconds } from './duration.ts';
import { arrowRows, originRoom, wordRows, type Canvas } from './ladder-draw.ts';
import { labelOf, type Label } from './ladder-label.ts';
import { RetryClock } from './ladder-timer.ts';
import type { LadderHandshake, LadderPacket } from './ladder-types.ts';
import { outcomeSentence } from './outcome-sentence.ts';
import { sheetOf, type Page, type Sheet } from './page.ts';
import { OUTCOME_RENDITIONS, paint } from './sgr.ts';
import { glueUnits, wrapText } from './wrap.ts';

/** A picture needs a width: in a pipe it is that of a plain terminal. */
const PIPE_WIDTH = 80;

/** Shorter pauses are left to the times at the side. */
const GAP_S = 0.5;

const TIME_TITLE = 'seconds';

/**
 * The packets of an attempt between its client and its server, times at the
 * left in seconds after the first packet, pauses as rows with the timer that
 * they follow, and what it came to. Ends with a newline; no line is wider than
 * `width` columns (32 at least, 80 in a pipe).
 */
export function renderLadder(handshake: LadderHandshake, options: Page): string {
  const asked = sheetOf(options);
  const piped = asked.width === 0;
  const sheet = piped ? { ...asked, width: PIPE_WIDTH, unicode: false } : asked;
  const times = handshake.packets.map((packet) => offsetText(packet, handshake));
  const widest = times.reduce((most, text) => Math.max(most, text.length), TIME_TITLE.length);
  const margin = widest + 2;
  const canvas: Canvas = { margin, inner: sheet.width - margin - 2, unicode: sheet.unicode };

  const lines = [
    ...headingLines(handshake.attempt, canvas, sheet),
    ...packetLines(handshake, times, canvas, sheet),
    ...outcomeLines(handshake.attempt, sheet),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function offsetSeconds(packet: LadderPacket, { attempt }: LadderHandshake): number {
  return (packet.time - attempt.time) / 1e6;
}

function offsetText(packet: LadderPacket, handshake: LadderHandshake): string {
  return offsetSeconds(packet, handshake).toFixed(6);
}

function headingLines(attempt: Attempt, canvas: Canvas, sheet: Sheet): string[] {
  const client = formatAddress(attempt.client);
  const server = formatAddress(attempt.server);
  const vantage =
    attempt.vantage === 'unknown' ? '' : `, captured ${VANTAGE_WORDS[attempt.vantage]}`;
  const when = `${dayOf(attempt.time)} ${timeOfDay(attempt.time, 6)} UTC${vantage}`;
  const wrap = (text: string) => wrapText(text, { width: sheet.width, first: '', rest: '  ' });

  const span = canvas.inner + 2;
  const fits = columnsOf(client) + columnsOf(server) + 2 <= span;
  const [left, right] = fits ? [client, server] : ['client', 'server'];
  const ends = left + right.padStart(span - left.length);
  return [
    ...wrap(when),
    ...(fits ? [] : [...wrap(`client ${client}`), ...wrap(`server ${server}`)]),
    `${TIME_TITLE.padStart(canvas.margin - 2)}  ${ends}`,
  ];
}

const VANTAGE_WORDS = {
  client: 'at the client',
  server: 'at the server',
  both: 'at both ends',
  middle: 'on the way',
} as const;

function packetLines(
  handshake: LadderHandshake,
  times: readonly string[],
  canvas: Canvas,
  sheet: Sheet,
): string[] {
  const { attempt, packets, dropped } = handshake;
  const clock = new RetryClock(attempt.schedule.family);
  const lines: string[] = [];
  const numbers = { syn: -1, 'syn-ack': -1 };
  let lastSyn: LadderPacket | null = null;
  for (const [index, packet] of packets.entries()) {
    const numbered = seriesOf(packet);
    let timer = '';
    if (numbered !== null && !packet.duplicate) numbers[numbered] += 1;
    if (numbered === 'syn' && !packet.duplicate) {
      const gap = lastSyn === null ? 0 : (packet.time - lastSyn.time) / 1e6;
      const due = lastSyn === null ? null : clock.retry(gap);
      if (due !== null) {
        numbers.syn += due.missed;
        timer = timerText(due, gap, (packet.time - packets[index - 1].time) / 1e6);
      }
      lastSyn = packet;
    }
    const pause = index === 0 ? 0 : (packet.time - packets[index - 1].time) / 1e6;
    if (pause >= GAP_S) {
      lines.push(...wordRows(canvas, `${formatDuration(pause)}${timer}`, true));
    }
    const retry = numbered === null ? 0 : Math.max(0, numbers[numbered]);
    const label = labelOf(packet, attempt, retry, sheet.unicode);
    lines.push(...packetRows(packet, attempt, label, times[index], canvas));
  }
  if (dropped > 0) {
    lines.push(...wordRows(canvas, `${counted(dropped, 'more packet')} not kept`, true));
  }
  return [...lines, ...dueLines(attempt, clock, canvas)];
}

/** Which of the repeated packets this is one of: the client's SYNs, or SYN-ACKs. */
function seriesOf({ kind, fromClient }: LadderPacket): 'syn' | 'syn-ack' | null {
  if (kind === 'syn-ack') return 'syn-ack';
  return kind === 'syn' && fromClient ? 'syn' : null;
}

/**
 * @param gap seconds since the SYN before: what the timer measures
 * @param pause seconds since the packet before, which may be another
 */
function timerText(
  { due, missed }: { due: number; missed: number },
  gap: number,
  pause: number,
): string {
  const told = formatDuration(gap) === formatDuration(pause);
  const since = told ? '' : `${formatSeconds(gap)} after the last SYN, `;
  const lost = missed === 0 ? '' : `, ${counted(missed, 'SYN')} missed`;
  return ` (${since}timer ${formatSeconds(due)}${lost})`;
}

/** An error sent by who is neither end starts its arrow between them. */
function packetRows(
  packet: LadderPacket,
  attempt: Attempt,
  label: Label,
  time: string,
  canvas: Canvas,
): string[] {
  const from = clean(packet.icmp?.from ?? '', canvas.unicode);
  const end = packet.fromClient ? attempt.client : attempt.server;
  if (from === '' || from === clean(end.ip, canvas.unicode)) {
    return arrowRows(canvas, time, packet.fromClient, label, '');
  }
  if (columnsOf(from) <= originRoom(canvas, label)) {
    return arrowRows(canvas, time, packet.fromClient, label, from);
  }
  const detail = `from ${from}${label.detail === '' ? '' : `, ${label.detail}`}`;
  return arrowRows(canvas, time, packet.fromClient, { ...label, detail }, '');
}

/** The SYN that did not come, where one was due. */
function dueLines(attempt: Attempt, clock: RetryClock, canvas: Canvas): string[] {
  const { outcome, schedule } = attempt;
  if (outcome !== 'unanswered' && outcome !== 'unresolved') return [];
  if (schedule.gave_up) {
    const next = clock.next();
    const due = next === null ? '' : `SYN due at ${formatSeconds(next)}: not sent, `;
    return wordRows(canvas, `${due}the client gave up`, true);
  }
  if (schedule.next_due === null) return [];
  const after = formatSeconds((schedule.next_due - attempt.time) / 1e6);
  const due = `next SYN due at ${after} (${timeOfDay(schedule.next_due, 3)} UTC)`;
  return wordRows(canvas, attempt.final ? `${due}: the capture ended before` : due, true);
}

function outcomeLines(attempt: Attempt, sheet: Sheet): string[] {
  const word = attempt.outcome;
  const sentence = clean(outcomeSentence(attempt), sheet.unicode);
  const lines = wrapText(glueUnits(`${word}: ${sentence}`), {
    width: sheet.width,
    first: '  ',
    rest: '    ',
  });
  // The word fits the first line: NARROWEST is wider than any outcome.
  const painted = paint(word, OUTCOME_RENDITIONS[word], sheet.colour);
  return lines.map((line, index) => (index === 0 ? line.replace(word, painted) : line));
}
