import assert from 'node:assert/strict';
import type { JsonValue } from 'unackd';
import { recall } from '../../src/telling/waiting.ts';
import { micros, Play } from './play.ts';

const SUNDAYS = `silences: { sundays: { cron: '0 3 * * 0', for: 2h } }`;

/** What a live source's teller leaves for the next start. */
class Disk extends Map<string, JsonValue> {}

function started(disk: Disk, source = 'eth0'): Play {
  const play = new Play(SUNDAYS, undefined, source, {
    set: (key, value) => void disk.set(key, value),
    delete: (key) => void disk.delete(key),
  });
  play.teller.restore(recall(disk, source));
  return play;
}

describe('what people are still to be told', () => {
  it('is told after a restart, when its silence is over', () => {
    const disk = new Disk();
    started(disk).event('03:30:00 firing a 10.1.0.1:8000');
    const after = started(disk);
    after.advance(micros('06:00:00'));
    after.event('06:10:00 resolved a');
    assert.deepEqual(after.lines, [
      '05:00:00 people firing a',
      '05:00:00 record firing a',
      '06:10:00 people resolved a',
      '06:10:00 record resolved a',
    ]);
    assert.equal(disk.size, 0);
  });

  it('is taken back where it ended within', () => {
    const disk = new Disk();
    started(disk).event('03:30:00 firing a 10.1.0.1:8000');
    const after = started(disk);
    after.event('04:00:00 resolved a');
    after.advance(micros('06:00:00'));
    assert.deepEqual(after.lines, ['04:00:00 record resolved a silenced by sundays']);
    assert.equal(disk.size, 0);
  });

  it('is one source by itself', () => {
    const disk = new Disk();
    started(disk, 'eth0').event('03:30:00 firing a 10.1.0.1:8000');
    const other = started(disk, 'eth1');
    other.advance(micros('06:00:00'));
    assert.deepEqual(other.lines, []);
    assert.equal(disk.size, 1);
  });
});
