/** What an HTTP answer means for a message. */
import { Gone, Refused, RetryLater } from 'unackd';

/** 4xx that say "not now": request timeout, too early (RFC 8470), too many requests (RFC 6585). */
const NOT_NOW = new Set([408, 425, 429]);

export interface Answer {
  readonly status: number;
  /** `Retry-After`, where it was sent. */
  readonly retryAfter: string | undefined;
  /** Where a redirect leads; origin only, as the rest may hold a secret. */
  readonly location: string | undefined;
  /** The beginning of the body, printable. */
  readonly text: string;
}

/**
 * RFC 9110, section 10.2.3: seconds, or a date.
 * @param now ms since the epoch
 * @returns seconds from now, at least 0; `null` where it is neither
 */
export function parseRetryAfter(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text);
  // Of dates only HTTP's own form: Date.parse takes nearly anything.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}

/**
 * Returns where the message was taken.
 * @param host for people: who answered
 */
export function judgeAnswer(host: string, answer: Answer, now: number): void {
  const { status, retryAfter, location, text } = answer;
  if (status >= 200 && status < 300) return;
  const said = `${host} answered ${status}${text === '' ? '' : ` (${text})`}`;
  if (status === 410) throw new Gone(`${said}: the receiver is gone for good`);
  if (NOT_NOW.has(status) || status >= 500) {
    throw new RetryLater(said, parseRetryAfter(retryAfter, now));
  }
  if (status >= 300 && status < 400) {
    const to = location === undefined ? '' : ` to ${location}`;
    throw new Refused(
      `${said}: a redirect${to}, which is not followed: set 'url' to the receiver itself`,
    );
  }
  throw new Refused(`${said}: this won't change by trying again`);
}
