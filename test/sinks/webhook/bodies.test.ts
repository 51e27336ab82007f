import assert from 'node:assert/strict';
import { OptionError, toRecord } from 'unackd';
import { alertmanagerBody } from '../../../plugins/sinks/webhook/alertmanager.ts';
import { parseRetryAfter } from '../../../plugins/sinks/webhook/answer.ts';
import { genericBody } from '../../../plugins/sinks/webhook/generic.ts';
import { pagerdutyBody } from '../../../plugins/sinks/webhook/pagerduty.ts';
import plugin from '../../../plugins/sinks/webhook/plugin.ts';
import { slackBody } from '../../../plugins/sinks/webhook/slack.ts';
import { parseTemplate } from '../../../plugins/sinks/webhook/template.ts';
import { createSink } from '../drive.ts';
import { incident, notice, START } from '../messages.ts';

const firing = incident();
const resolved = incident({ state: 'resolved', resolved_at: START + 60_000_000 });
const v6 = incident({ scope: { kind: 'port', ip: '2001:db8::1', port: 443, prefix: null } });
const network = incident({
  scope: { kind: 'network', ip: null, port: null, prefix: '10.1.0.0/24' },
});

function nameOf(ip: string, port: number | null): string {
  return `${ip}/${port} <shop>`;
}

describe('webhook: bodies', () => {
  it('generic: type, timestamp, record', () => {
    assert.deepEqual(genericBody(resolved), {
      type: 'incident.resolved',
      timestamp: '2026-09-21T14:14:20.000000Z',
      data: {
        ...resolved,
        started_at: '2026-09-21T14:13:20.000000Z',
        detected_at: '2026-09-21T14:13:24.000000Z',
        resolved_at: '2026-09-21T14:14:20.000000Z',
      },
    });
    assert.equal((genericBody(notice()) as { type: string }).type, 'notice');
  });

  it('alertmanager: the same labels from firing to resolved, and an end', () => {
    type Alert = { labels: Record<string, string>; startsAt: string; endsAt: string };
    const [start] = alertmanagerBody(firing) as Alert[];
    const [end] = alertmanagerBody(resolved) as Alert[];
    assert.deepEqual(start.labels, end.labels);
    assert.equal(start.labels.instance, '10.1.0.1:8000');
    assert(!('prefix' in start.labels), 'no empty labels');
    assert.equal(end.endsAt, '2026-09-21T14:14:20.000000Z');
    assert(Date.parse(start.endsAt) > Date.now() + 86_400_000, 'fires on');
    for (const value of Object.values(start.labels)) assert.equal(typeof value, 'string');
    const [said] = alertmanagerBody(notice()) as Alert[];
    assert.equal(said.labels.code, 'capture-loss');
  });

  it('call places by their names, in texts only', () => {
    const named = /black-hole at 10\.1\.0\.1:8000 \(10\.1\.0\.1\/8000 <shop>\) since/;
    const [alert] = alertmanagerBody(firing, nameOf) as [
      { annotations: { summary: string }; labels: { instance: string } },
    ];
    assert.match(alert.annotations.summary, named);
    assert.equal(alert.labels.instance, '10.1.0.1:8000');
    assert.match((slackBody(firing, nameOf) as { text: string }).text, /&lt;shop&gt;/);
    const page = pagerdutyBody(firing, 'key', nameOf) as { payload: { summary: string } };
    assert.match(page.payload.summary, named);
    const body = parseTemplate('{"a": "{{summary}}", "n": "{{name}}"}', nameOf);
    assert.match((body(firing, 'm') as { a: string }).a, named);
    assert.equal((body(network, 'm') as { n: string }).n, '', 'a network has none');
  });

  it('slack: a text, escaped', () => {
    const { text } = slackBody(notice({ text: 'a <b> & c' })) as { text: string };
    assert.equal(text, ':information_source: capture-loss: a &lt;b&gt; &amp; c');
    assert.match(
      (slackBody(v6) as { text: string }).text,
      /black-hole at \[2001:db8::1\]:443 since/,
    );
    assert.match(
      (slackBody(network) as { text: string }).text,
      /black-hole at 10\.1\.0\.0\/24 since/,
    );
  });

  it('pagerduty: trigger and resolve share the key; a notice opens nothing', () => {
    const trigger = pagerdutyBody(firing, 'key') as Record<string, unknown>;
    const resolve = pagerdutyBody(resolved, 'key') as Record<string, unknown>;
    assert.equal(trigger.event_action, 'trigger');
    assert.deepEqual(resolve, { routing_key: 'key', dedup_key: 'i-1', event_action: 'resolve' });
    assert.equal(trigger.dedup_key, resolve.dedup_key);
    const { severity, source } = trigger.payload as Record<string, unknown>;
    assert.deepEqual([severity, source], ['critical', '10.1.0.1:8000']);
    assert.equal(pagerdutyBody(notice(), 'key'), null);
  });

  it('tell a trouble of a source from its beginning to its end, as an incident', () => {
    const blind = notice({ code: 'source-blind', trouble: { id: 'source eth0', state: 'begins' } });
    const sees = notice({
      code: 'source-sees-again',
      trouble: { id: 'source eth0', state: 'ends' },
      time: START + 60_000_000,
    });
    const trigger = pagerdutyBody(blind, 'key') as Record<string, unknown>;
    assert.equal(trigger.event_action, 'trigger');
    assert.deepEqual(pagerdutyBody(sees, 'key'), {
      routing_key: 'key',
      dedup_key: trigger.dedup_key,
      event_action: 'resolve',
    });
    type Alert = { labels: Record<string, string>; startsAt: string; endsAt: string };
    const [start] = alertmanagerBody(blind) as Alert[];
    const [end] = alertmanagerBody(sees) as Alert[];
    assert.deepEqual(end.labels, start.labels);
    assert.equal(start.labels['trouble'], 'source eth0');
    assert(Date.parse(start.endsAt) > Date.now() + 86_400_000, 'fires on');
    assert.equal(end.endsAt, '2026-09-21T14:14:20.000000Z');
    assert.match(
      (slackBody(blind) as { text: string }).text,
      /^:large_orange_circle: source-blind/,
    );
    assert.match((slackBody(sees) as { text: string }).text, /^:large_green_circle: /);
    assert.ok(!('trouble' in toRecord(blind)), 'no part of the record');
  });

  it('template: values alone keep their type, text cannot break out', () => {
    const body = parseTemplate(
      '{"text": "{{event}}: {{summary}}", "port": "{{scope.port}}", "none": "{{scope.prefix}}", "list": ["{{message_id}}", 1, null]}',
    );
    assert.deepEqual(body(firing, 'msg_1'), {
      text: 'incident.firing: black-hole at 10.1.0.1:8000 since 2026-09-21T14:13:20.000000Z',
      port: 8000,
      none: null,
      list: ['msg_1', 1, null],
    });
    const quoted = parseTemplate('{"t": "<{{text}}>"}')(notice({ text: '", "x": "' }), 'm');
    assert.deepEqual(quoted, { t: '<", "x": ">' });
    assert.equal(
      (parseTemplate('{"t": "{{scope.constructor}}"}')(firing, 'm') as { t: unknown }).t,
      null,
    );
  });
});

describe('webhook: options', () => {
  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ['a url of another scheme', { url: 'ftp://x/' }, /'url' is not one that begins with https/],
    ['no url at all', { url: 'hook' }, /'url' is not/],
    ['a secret that is none', { secret: 'hunter2' }, /'secret' is not "whsec_" and base64/],
    [
      'a secret file that is not there',
      { secret_file: '/no/such' },
      /'secret_file': can't read \/no\/such \(ENOENT\)/,
    ],
    ['a header without a colon', { headers: ['X: y', 'nonsense'] }, /'headers', number 2/],
    ['a header of two lines', { headers: ['X: y\r\nZ: w'] }, /'headers', number 1/],
    ['a header of ours', { headers: ['Webhook-Id: 1'] }, /can't set webhook-id/],
    ['a template that is no JSON', { template: '{{x}}' }, /'template' is not JSON/],
    [
      'a placeholder that is misspelt',
      { template: '"{{sumary}}"' },
      /names \{\{sumary\}\}.*summary/,
    ],
    ['template and preset', { template: '1', preset: 'slack' }, /one is enough/],
    ['PagerDuty without its key', { preset: 'pagerduty' }, /'routing_key' is missing/],
    ['a key that is not for PagerDuty', { routing_key: 'k' }, /'routing_key' is PagerDuty's/],
  ];
  for (const [name, options, text] of wrong) {
    it(`refuses ${name}, without repeating a secret`, () => {
      assert.throws(
        () => createSink(plugin, { url: 'https://example.org/', timeout: 1e7, ...options }),
        (error: Error) => {
          assert(error instanceof OptionError);
          assert.equal(error.exitCode, 78);
          assert.match(error.message, text);
          assert(!error.message.includes('hunter2'));
          return true;
        },
      );
    });
  }

  it('reads Retry-After as RFC 9110 has it', () => {
    const now = Date.parse('2026-09-21T14:13:20Z');
    assert.equal(parseRetryAfter('120', now), 120);
    assert.equal(parseRetryAfter('Mon, 21 Sep 2026 14:13:50 GMT', now), 30);
    assert.equal(parseRetryAfter('Mon, 21 Sep 2026 14:13:00 GMT', now), 0, 'past');
    for (const text of [undefined, '', 'soon', '-1', '1.5', '2027', '9'.repeat(12)]) {
      const expected = text === '2027' ? 2027 : null;
      assert.equal(parseRetryAfter(text, now), expected, String(text));
    }
  });
});
