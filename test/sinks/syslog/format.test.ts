import assert from 'node:assert/strict';
import { cut, rfc3164, rfc5424 } from '../../../plugins/sinks/syslog/format.ts';
import plugin from '../../../plugins/sinks/syslog/plugin.ts';
import { FACILITIES, facilityOf, severityOf } from '../../../plugins/sinks/syslog/severity.ts';
import { createSink } from '../drive.ts';
import { incident, notice, START } from '../messages.ts';

const header = { facility: 3, hostname: 'probe', appName: 'unackd', processId: 7 };

describe('syslog: format', () => {
  it('is RFC 5424: header, structured data, mark of UTF-8, text', () => {
    assert.equal(
      rfc5424(incident({ state: 'resolved', resolved_at: START + 60_000_000 }), 'msg_1', header),
      '<29>1 2026-09-21T14:14:20.000000Z probe unackd 7 incident.resolved ' +
        '[unackd@32473 message_id="msg_1" incident="i-1" kind="black-hole" state="resolved" scope="port"' +
        ' ip="10.1.0.1" port="8000" place="10.1.0.1:8000" started_at="2026-09-21T14:13:20.000000Z"' +
        ' detected_at="2026-09-21T14:13:24.000000Z" resolved_at="2026-09-21T14:14:20.000000Z" confidence="0.9999"] ' +
        '\ufeffresolved: black-hole at 10.1.0.1:8000 since 2026-09-21T14:13:20.000000Z until 2026-09-21T14:14:20.000000Z',
    );
  });

  it('calls places by their names in the text', () => {
    const text = rfc5424(incident(), 'msg_1', header, () => 'shop');
    assert.match(text, /place="10\.1\.0\.1:8000"/u);
    assert.match(text, /\ufeffblack-hole at 10\.1\.0\.1:8000 \(shop\) since/u);
  });

  it('lets nothing break out of its place', () => {
    const evil = notice({ code: 'a"]\\b c', text: 'one\ntwo\u0000three <134>1 ü' });
    const text = rfc5424(evil, 'msg_1', { ...header, hostname: 'a b\n', appName: '' });
    assert.equal(
      text,
      '<30>1 2026-09-21T14:13:20.000000Z ab - 7 a"]\\bc ' +
        '[unackd@32473 message_id="msg_1" code="a\\"\\]\\\\b c"] \ufeffa"]\\b c: one two three <134>1 ü',
    );
  });

  it('is RFC 3164 for old receivers: local time, day padded by a space', () => {
    const at = new Date(2026, 8, 1, 4, 5, 6).getTime() * 1000;
    assert.equal(
      rfc3164(notice({ time: at, text: 'x' }), 'msg_1', header),
      '<28>Sep  1 04:05:06 probe unackd[7]: capture-loss: x (msg_1)',
    );
  });

  it('cuts between characters', () => {
    assert.deepEqual(cut('abc', 3), { bytes: Buffer.from('abc'), cut: false });
    assert.equal(cut('aü€', 5).bytes.toString(), 'aü');
    assert.equal(cut('aü€', 2).bytes.toString(), 'a');
    assert(cut('aü€', 5).cut);
  });

  it('takes silence for worse than refusal, and that for worse than recovery', () => {
    const of = [
      incident(),
      incident({ kind: 'refusing' }),
      notice(),
      incident({ state: 'resolved' }),
      notice({ code: 'mine' }),
      notice({ code: 'source-blind', trouble: { id: 'source eth0', state: 'begins' } }),
      notice({ code: 'source-sees-again', trouble: { id: 'source eth0', state: 'ends' } }),
    ];
    assert.deepEqual(
      of.map((one) => severityOf(one)),
      [2, 3, 4, 5, 6, 3, 5],
    );
  });

  it('numbers facilities as RFC 5424 does', () => {
    const numbers = FACILITIES.map((name) => facilityOf(name));
    assert.deepEqual(
      numbers,
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23],
    );
  });

  it('wants no authority where there is no TLS', () => {
    assert.throws(
      () => createSink(plugin, { transport: 'tcp', ca: '/x' }),
      /set 'transport' to tls/,
    );
    assert.throws(
      () => createSink(plugin, { transport: 'tls', ca: '/no/such' }),
      /'ca': can't read \/no\/such \(ENOENT\)/,
    );
  });
});
