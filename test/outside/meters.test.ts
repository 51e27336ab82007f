/** Counters and gauges of plugins' own: bounded, sound, and shown. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MeterReadings } from '../../src/outside/meter-readings.ts';
import { Meters } from '../../src/plugin/meters.ts';
import { ask, Running } from '../daemon/running.ts';
import { CAPTURES, Folder } from '../support/unackd.ts';

function valuesOf({ all }: Meters): Record<string, number> {
  return Object.fromEntries(Array.from(all, ({ name, value }) => [name, value]));
}

describe('meters of plugins', function () {
  this.timeout(30_000);

  it('count, and refuse names and numbers that can not be', () => {
    const meters = new Meters();
    const counter = meters.counter('seen');
    counter.add();
    meters.counter('seen').add(2.5);
    meters.gauge('open').set(-3);
    assert.deepEqual(valuesOf(meters), { seen: 3.5, open: -3 });
    for (const name of ['', 'Seen', '1st', 'a-b', 'x'.repeat(65), 'unackd_x', 'a{b="c"}']) {
      assert.throws(() => meters.counter(name), RangeError, name);
    }
    assert.throws(() => meters.gauge('seen'), /'seen' is a counter already/u);
    for (const count of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => counter.add(count), RangeError);
      assert.throws(() => meters.gauge('open').set(count * Number.POSITIVE_INFINITY), RangeError);
    }
    for (let i = 2; i < 32; i++) meters.counter(`n${i}`);
    assert.throws(() => meters.counter('more'), /at most 32 names/u);
  });

  it('go on where a process that failed left off, whatever it says', () => {
    const meters = new Meters();
    const first = new MeterReadings(meters);
    assert.equal(
      first.take([
        ['counter', 'seen', 5],
        ['gauge', 'open', 2],
      ]),
      null,
    );
    assert.equal(first.take([['counter', 'seen', 7]]), null);
    // It can't take back what it counted.
    assert.equal(first.take([['counter', 'seen', 1]]), null);
    const second = new MeterReadings(meters);
    assert.equal(second.take([['counter', 'seen', 3]]), null);
    assert.deepEqual(valuesOf(meters), { seen: 10, open: 2 });
    for (const wrong of [null, [null], [['counter', 'x']], [['counter', 'BAD', 1]]]) {
      assert.equal(typeof second.take(wrong), 'string', JSON.stringify(wrong));
    }
    assert.match(second.take([['gauge', 'seen', 1]]) ?? '', /a counter already/u);
  });

  it('are in /metrics while the plugin runs', async () => {
    const folder = new Folder();
    const socket = folder.at('s.sock');
    const config = folder.file(
      'c.yaml',
      `admin: { listen: unix:${socket} }
sources: { x: { use: pcap, path: ${join(CAPTURES, 'black-hole.pcap')}, speed: 20 } }
analysers: { mine: { use: ${join(import.meta.dirname, 'plugins/packets.ts')}, from: [x], quiet: true } }
sinks: { out: { use: jsonl, path: ${folder.at('out.jsonl')}, from: [mine] } }
`,
    );
    const daemon = new Running(config);
    try {
      await daemon.says(/starts/u);
      let shown: RegExpExecArray | null = null;
      let body = '';
      for (let tries = 0; tries < 200 && shown === null; tries++) {
        await sleep(50);
        ({ body } = await ask(socket, '/metrics').catch(() => ({ body: '' })));
        shown = /^unackd_plugin_counter_total\{plugin="mine",name="segments"\} [1-9]\d*$/mu.exec(
          body,
        );
      }
      assert.notEqual(shown, null, body);
      for (const zero of [
        'missed_total{plugin="mine",what="event"}',
        'late_notes_total{plugin="mine"}',
      ])
        assert.ok(body.includes(`unackd_plugin_${zero} 0\n`), body);
      assert.match(body, /^unackd_plugin_gauge\{plugin="mine",name="newest_second"\} 179\d{7}$/mu);
    } finally {
      await daemon.end('SIGTERM');
      folder.remove();
    }
  });
});
