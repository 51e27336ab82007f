import { defineSink, OptionError } from 'unackd';
import type { NameOf, Sink } from 'unackd';
import { alertmanagerBody } from './alertmanager.ts';
import { genericBody } from './generic.ts';
import { pagerdutyBody } from './pagerduty.ts';
import type { Requester } from './request.ts';
import { parseHeaders, parseUrl, readText, secretOf } from './settings.ts';
import { slackBody } from './slack.ts';
import { parseTemplate } from './template.ts';
import type { Message } from './words.ts';

type Body = (message: Message, id: string) => unknown;

interface Shape {
  readonly preset: string;
  readonly template: string | undefined;
  readonly routingKey: string | undefined;
}

/** What is sent of a message; `null` where nothing is. */
function bodyOf({ preset, template, routingKey }: Shape, nameOf: NameOf): Body {
  if (routingKey !== undefined && preset !== 'pagerduty') {
    throw new OptionError("'routing_key' is PagerDuty's: set 'preset' to pagerduty");
  }
  if (template !== undefined) {
    if (preset !== 'generic') {
      throw new OptionError("'template' and 'preset' are both set: one is enough");
    }
    return parseTemplate(template, nameOf);
  }
  switch (preset) {
    case 'alertmanager':
      return (message) => alertmanagerBody(message, nameOf);
    case 'slack':
      return (message) => slackBody(message, nameOf);
    case 'pagerduty':
      if (routingKey === undefined) {
        throw new OptionError("'routing_key' is missing: PagerDuty can't do without it");
      }
      return (message) => pagerdutyBody(message, routingKey, nameOf);
    default:
      return genericBody;
  }
}

/** A shorter path is no secret, and may be part of any answer. */
const SECRET_PATH = 16;

/** Texts that must not be repeated, whatever the receiver echoes. */
function secretsOf(
  { password, pathname, search }: URL,
  more: readonly (string | undefined)[],
): readonly string[] {
  const path = pathname.length < SECRET_PATH ? [] : [pathname];
  const all = [...more, password, decodeURIComponent(password), ...path, search];
  return all.filter((one) => one !== undefined).filter((one) => one.length > 0);
}

/** `user:password` in the URL goes where HTTP wants it. */
function takeCredentials(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const plain = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { authorization: `Basic ${Buffer.from(plain).toString('base64')}` };
}

export default defineSink({
  api: 1,
  name: 'webhook',
  doc: 'Tells incidents and notices to an HTTP receiver: your own, Alertmanager, Slack or PagerDuty.',
  reads: ['incident', 'notice'],
  options: {
    url: { type: 'url', secret: true, doc: 'Where to POST to: https://... or http://...' },
    preset: {
      type: 'enum',
      values: ['generic', 'alertmanager', 'slack', 'pagerduty'],
      default: 'generic',
      doc: 'What the receiver understands',
    },
    template: {
      type: 'string',
      optional: true,
      doc: 'A body of your own: JSON with placeholders such as {{summary}} in its strings',
    },
    secret: {
      type: 'string',
      secret: true,
      optional: true,
      doc: 'Key to sign with: whsec_ and base64 (Standard Webhooks)',
    },
    secret_file: { type: 'path', optional: true, doc: 'File that holds the key' },
    routing_key: {
      type: 'string',
      secret: true,
      optional: true,
      doc: "PagerDuty's integration key",
    },
    headers: {
      type: 'list',
      of: 'string',
      secret: true,
      default: [],
      doc: 'More headers, each "Name: value"',
    },
    timeout: {
      type: 'duration',
      default: '10s',
      min: '100ms',
      max: '1m',
      doc: 'For one try, from connecting to the end of the answer',
    },
    ca: {
      type: 'path',
      optional: true,
      doc: "PEM file of the authorities to trust, in place of the system's",
    },
    queue: {
      type: 'int',
      default: 100_000,
      min: 1,
      max: 10_000_000,
      doc: 'Messages that may wait on disk; over that the oldest go first',
    },
    queue_size: {
      type: 'size',
      default: '64MiB',
      min: '64KiB',
      max: '16GiB',
      doc: 'The same in bytes',
    },
  },
  receiver: ({ url, ca }) => {
    const { protocol, hostname: host, port } = parseUrl(url);
    const tls = protocol === 'https:';
    const to = { host: host.replaceAll(/[[\]]/gu, ''), port: Number(port) || (tls ? 443 : 80) };
    return tls ? { kind: 'tls', ...to, ca } : { kind: 'tcp', ...to };
  },
  create: (options, host): Sink => {
    const url = parseUrl(options.url);
    if (options.preset === 'alertmanager' && url.pathname === '/') url.pathname = '/api/v2/alerts';
    const secret = secretOf(options.secret, options.secret_file);
    const body = bodyOf(
      {
        preset: options.preset,
        template: options.template,
        routingKey: options.routing_key,
      },
      (ip, port) => host.nameOf(ip, port),
    );
    const own = parseHeaders(options.headers);
    const known = secretsOf(url, [secret, options.routing_key, ...Object.values(own)]);
    const credentials = takeCredentials(url);
    const headers = {
      'user-agent': 'unackd',
      ...credentials,
      ...own,
      'content-type': 'application/json',
    };
    const target = {
      url,
      headers,
      timeoutMs: options.timeout / 1000,
      ca: options.ca === undefined ? undefined : readText('ca', options.ca),
      secrets: [...known, ...Object.values(credentials)],
    };
    let requester: Requester | undefined;
    return {
      queue: { messages: options.queue, bytes: options.queue_size },
      async deliver(message, { id, signal }) {
        const content = body(message, id);
        if (content === null) return;
        const text = JSON.stringify(content);
        // It takes a while to load: only who sends pays for it.
        const { Requester } = await import('./request.ts');
        requester ??= new Requester(target);
        await requester.post(text, await identity(id, text, secret), signal);
      },
      close: () => requester?.close(),
    };
  },
});

/** The headers of Standard Webhooks; each try is signed anew, as receivers refuse old signatures. */
async function identity(
  id: string,
  body: string,
  secret: string | undefined,
): Promise<Record<string, string>> {
  const now = new Date();
  const headers: Record<string, string> = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
  };
  if (secret !== undefined) {
    const { signature } = await import('./sign.ts');
    headers['webhook-signature'] = signature(secret, id, now, body);
  }
  return headers;
}
