/** Who is told, from what a person writes: a URL, a syslog receiver. */
import { isIP } from 'node:net';
import { secretsIn } from '../config/secrets.ts';
import type { StartingSink } from '../starting/configuration.ts';
import { WrongAnswer } from './wrong-answer.ts';

/** Services that want a form of their own, by what their URLs have in common. */
const PRESETS: readonly (readonly [preset: string, is: (url: URL) => boolean])[] = [
  ['slack', ({ hostname }) => hostname === 'hooks.slack.com'],
  ['alertmanager', ({ pathname }) => pathname.endsWith('/api/v2/alerts')],
];

/** @throws WrongAnswer */
export function webhookSink(text: string): StartingSink {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\/[^/?#\s]+/iu.test(text) || /\s/u.test(text)) {
    throw new WrongAnswer(`'${text}' is no URL such as https://example.org/hook`);
  }
  if (url.hostname === 'events.pagerduty.com') {
    throw new WrongAnswer(
      "PagerDuty takes a routing key, too: leave this out, and add a webhook with 'preset: pagerduty' and 'routing_key' to the file",
    );
  }
  const preset = PRESETS.find(([, is]) => is(url))?.[0];
  const options = preset === undefined ? { url: text } : { url: text, preset };
  return { id: 'ops', use: 'webhook', options };
}

/** Whether it is only for its receiver to know. */
export function isSecret({ options: { url } }: StartingSink): boolean {
  return typeof url === 'string' && secretsIn('url', url, false).length > 0;
}

const RECEIVER =
  /^(?:(?<transport>udp|tcp|tls):\/\/)?(?:\[(?<six>[^\]]+)\]|(?<host>[^:/[\]\s]+))(?::(?<port>\d{1,5}))?$/u;

/**
 * `10.0.0.5`, `logs.example:1514`, `tls://logs.example`, or a socket of this machine (`/run/log.sock`).
 * @throws WrongAnswer
 */
export function syslogSink(text: string): StartingSink {
  const sink = { id: 'siem', use: 'syslog' };
  if (text.startsWith('/')) return { ...sink, options: { transport: 'unix', path: text } };
  // An address alone has colons of its own.
  const {
    transport = 'udp',
    six,
    host = six,
    port,
  } = RECEIVER.exec(isIP(text) === 6 ? `[${text}]` : text)?.groups ?? {};
  const known = host !== undefined && (six === undefined || isIP(six) === 6);
  if (!known || (port !== undefined && !isPort(port))) {
    throw new WrongAnswer(
      `'${text}' is no syslog receiver such as 10.0.0.5, tcp://10.0.0.5:601, tls://logs.example or a socket's path`,
    );
  }
  const options = { transport, host };
  return { ...sink, options: port === undefined ? options : { ...options, port: Number(port) } };
}

export function isPort(digits: string): boolean {
  const port = Number(digits);
  return port >= 1 && port <= 65_535;
}
