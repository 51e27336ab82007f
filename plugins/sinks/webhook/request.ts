import { RetryLater } from 'unackd';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { judgeAnswer } from './answer.ts';

export interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For connecting, sending and the whole answer. */
  readonly timeoutMs: number;
  /** PEM of the authorities to trust in place of the system's. */
  readonly ca: string | undefined;
  /** Texts that must not be repeated, whatever the receiver echoes. */
  readonly secrets: readonly string[];
}

/** Of an answer's body: more is not read, the connection is closed instead. */
const MOST_BODY = 64 * 1024;

/** Of an answer's body in a message for people. */
const SHOWN = 120;

/** OpenSSL's and Node's names for a certificate that can't be verified. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/;

/** Reads the body to its end, so that the connection can be used again; what comes after 64 KiB is not waited for. */
async function drain(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      // Leaving the loop destroys the stream, and with it the connection.
      if (length >= MOST_BODY) break;
    }
  } catch {
    // The answer's status came before; what follows decides nothing.
  }
  return Buffer.concat(chunks).toString('utf8');
}

function originOf(location: unknown): string | undefined {
  return typeof location === 'string' ? URL.parse(location)?.origin : undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Sends messages to one place, one after the other, over one connection. */
export class Requester {
  readonly #target: Target;
  readonly #agent: Agent;

  constructor(target: Target) {
    this.#target = target;
    this.#agent = new Agent({
      connections: 1,
      connect: {
        timeout: target.timeoutMs,
        // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
        rejectUnauthorized: true,
        ...(target.ca === undefined ? {} : { ca: target.ca }),
      },
    });
  }

  /**
   * Returns when the receiver has taken it.
   * @throws RetryLater, Refused or Gone
   */
  async post(
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { url, timeoutMs } = this.#target;
    const timeout = AbortSignal.timeout(timeoutMs);
    let answer: Dispatcher.ResponseData;
    let text: string;
    try {
      answer = await request(url, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: { ...this.#target.headers, ...headers },
        body,
        signal: AbortSignal.any([signal, timeout]),
      });
      text = await drain(answer.body);
    } catch (error) {
      throw this.#failure(error, timeout.aborted);
    }
    const answered = {
      status: answer.statusCode,
      retryAfter: first(answer.headers['retry-after']),
      location: originOf(first(answer.headers.location)),
      text: this.#shown(text),
    };
    judgeAnswer(url.host, answered, Date.now());
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** One short line without what must not be seen. */
  #shown(text: string): string {
    let clean = text;
    for (const secret of this.#target.secrets) clean = clean.replaceAll(secret, '***');
    clean = clean.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
    return clean.length > SHOWN ? `${clean.slice(0, SHOWN)}…` : clean;
  }

  #failure(error: unknown, timedOut: boolean): RetryLater {
    const { url, timeoutMs } = this.#target;
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (timedOut || code === 'UND_ERR_CONNECT_TIMEOUT') {
      return new RetryLater(`${url.host} gave no answer in ${timeoutMs / 1000} s`);
    }
    if (typeof code === 'string' && UNTRUSTED.test(code)) {
      return new RetryLater(
        `${url.host}: its certificate can't be verified (${code}): set 'ca' to the file of the authority that signed it`,
      );
    }
    return new RetryLater(`${url.host}: ${this.#shown(String(message))}`);
  }
}
