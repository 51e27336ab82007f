/** Syslog messages: RFC 5424, and RFC 3164 for old receivers. */
import { changeTime, formatTime, placeOf, summaryOf } from 'unackd';
import type { Incident, NameOf, Notice } from 'unackd';
import { severityOf } from './severity.ts';

export interface Header {
  /** RFC 5424, table 1. */
  readonly facility: number;
  readonly hostname: string;
  readonly appName: string;
  readonly processId: number;
}

type Message = Incident | Notice;

/** 32473 is the enterprise number that RFC 5612 reserves for examples; unackd has none of its own. */
export const SD_ID = 'unackd@32473';

/** U+FEFF in UTF-8: RFC 5424, section 6.4, wants it before text in UTF-8. */
const BOM = '\ufeff';

/** What RFC 5424 calls PRINTUSASCII, cut to a field's length; `-` for nothing. */
function field(text: string, length: number): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, length) || '-';
}

/** One line: a receiver may break lines where it finds them. */
function line(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

/** RFC 5424, section 6.3.3. */
function escaped(value: string): string {
  return line(value).replaceAll(/["\\\]]/g, (sign) => `\\${sign}`);
}

function parameters(message: Message, id: string): Record<string, string | number | null> {
  if (message.type === 'notice') return { message_id: id, code: message.code };
  const { scope, causes, resolved_at: end } = message;
  return {
    message_id: id,
    incident: message.id,
    kind: message.kind,
    state: message.state,
    scope: scope.kind,
    ip: scope.ip,
    port: scope.port,
    prefix: scope.prefix,
    place: placeOf(message),
    started_at: formatTime(message.started_at),
    detected_at: formatTime(message.detected_at),
    resolved_at: end === null ? null : formatTime(end),
    confidence: message.confidence,
    cause: causes[0]?.cause ?? null,
    superseded_by: message.superseded_by,
  };
}

function structuredData(message: Message, id: string): string {
  const pairs = Object.entries(parameters(message, id))
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  return `[${SD_ID}${pairs.join('')}]`;
}

function priority(message: Message, { facility }: Header): string {
  return `<${facility * 8 + severityOf(message)}>`;
}

/** `<26>1 2026-09-21T14:13:24.000000Z probe unackd 4711 incident.firing [unackd@32473 ...] BOM text` */
export function rfc5424(message: Message, id: string, header: Header, nameOf?: NameOf): string {
  const event = message.type === 'incident' ? `incident.${message.state}` : message.code;
  return [
    `${priority(message, header)}1`,
    formatTime(changeTime(message)),
    field(header.hostname, 255),
    field(header.appName, 48),
    String(header.processId),
    field(event, 32),
    structuredData(message, id),
    `${BOM}${line(summaryOf(message, nameOf))}`,
  ].join(' ');
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** `<26>Sep 21 14:13:24 probe unackd[4711]: text (msg_...)`: local time, as that RFC has it, without a year. */
export function rfc3164(message: Message, id: string, header: Header, nameOf?: NameOf): string {
  const date = new Date(changeTime(message) / 1000);
  const day = String(date.getDate()).padStart(2, ' ');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((n) => two(n))
    .join(':');
  // Its tag is alphanumeric, at most 32 characters.
  const tag = `${field(header.appName, 32)}[${header.processId}]:`;
  const host = field(header.hostname, 255);
  const text = `${line(summaryOf(message, nameOf))} (${id})`;
  return `${priority(message, header)}${MONTHS[date.getMonth()]} ${day} ${clock} ${host} ${tag} ${text}`;
}

/**
 * Cuts a message to so many bytes, never inside of a character.
 * @returns the bytes, and whether any are missing
 */
export function cut(message: string, most: number): { bytes: Buffer; cut: boolean } {
  const bytes = Buffer.from(message);
  if (bytes.length <= most) return { bytes, cut: false };
  let end = most;
  // 10xxxxxx goes on with a character.
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
  return { bytes: bytes.subarray(0, end), cut: true };
}
