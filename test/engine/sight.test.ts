import assert from 'node:assert/strict';
import { Sight } from '../../src/engine/sight.ts';
import { Sights } from '../../src/engine/sights.ts';

const SECOND = 1_000_000;
/** A source's life, seconds apart; what it was told of. */
function rig(blindAfter: number, sights = new Sights()) {
  const told: string[] = [];
  const sight = new Sight('eth0', blindAfter * SECOND, {
    tell: ({ code, time }) => told.push(`${code} ${time / SECOND}`),
    blind: (since) => told.push(`blind since ${since / SECOND}`),
    sees: (since, until) => told.push(`sees ${since / SECOND} ${until / SECOND}`),
  });
  sights.add(sight);
  return {
    told,
    sight,
    packet: (at: number) => sight.saw(at * SECOND, at * SECOND),
    /** Ticks twice a second; how far time went. */
    quiet: (from: number, to: number): number => {
      let reached = Number.NaN;
      for (let at = from; at <= to; at += 0.5) {
        sight.reach(at * SECOND);
        const now = sights.reach(at * SECOND);
        if (!Number.isNaN(now)) reached = now;
      }
      return reached / SECOND;
    },
  };
}

describe('sight of a source', () => {
  it('is told as lost after blind_after, and as found with the next packet', () => {
    const { told, packet, quiet } = rig(60);
    packet(1000);
    packet(1001);
    quiet(1001, 1060.5);
    assert.deepEqual(told, []);
    quiet(1061, 1200);
    assert.deepEqual(told, ['source-blind 1061', 'blind since 1001']);
    packet(1230);
    assert.deepEqual(told.slice(2), ['source-sees-again 1230', 'sees 1001 1230']);
    quiet(1230, 1289);
    assert.equal(told.length, 4);
    quiet(1290, 1291);
    assert.deepEqual(told.slice(4), ['source-blind 1290', 'blind since 1230']);
  });

  it('is never lost by who brought nothing, or where that is turned off', () => {
    const silent = rig(60);
    assert.equal(silent.quiet(0, 500), 500);
    const off = rig(0);
    off.packet(1);
    assert.equal(off.quiet(1, 500), 500);
    assert.deepEqual([...silent.told, ...off.told], []);
  });

  it('takes a silence for usual that is less than three times as long as the longest of late', () => {
    const { told, packet, quiet } = rig(10);
    packet(0);
    for (const at of [5, 14, 30, 58]) {
      quiet(at - 3, at - 0.5);
      packet(at);
    }
    quiet(58, 138);
    assert.deepEqual(told, [], 'the longest was 28 s');
    quiet(142, 143);
    assert.equal(told.length, 2);
  });

  it('forgets the long silences of a night within the hours of a busy morning', () => {
    const { told, packet, quiet } = rig(10);
    for (const at of [0, 5, 14, 30, 58]) packet(at);
    const last = 58 + 60 * 60;
    for (let at = 58; at <= last; at++) packet(at);
    quiet(last, last + 9);
    assert.deepEqual(told, []);
    quiet(last + 9.5, last + 10);
    assert.equal(told.length, 2);
  });

  it('lets time go on with the ticks as far as a silence is usual', () => {
    const quietHost = rig(60);
    quietHost.packet(0);
    assert.equal(quietHost.quiet(0, 30), 4, 'a lone SYN is unanswered after 3.5 s');
    const busy = rig(60);
    for (let at = 0; at < 3600; at++) busy.packet(at);
    assert.equal(busy.quiet(3599, 3630), 3601);
  });

  it('shares its time: one that is perhaps blind holds it back, one that is told to be no longer', () => {
    const sights = new Sights();
    const eth0 = rig(60, sights);
    const eth1 = rig(60, sights);
    const never = rig(60, sights);
    eth0.packet(0);
    for (let at = 0; at < 10; at++) eth1.packet(at);
    assert.equal(never.quiet(9, 12), 4, 'eth0');
    eth0.quiet(12, 60);
    for (let at = 10; at <= 60; at++) eth1.packet(at);
    assert.equal(never.quiet(60, 61), 61);
    eth1.quiet(61, 121);
    assert.ok(Number.isNaN(never.quiet(121, 122)), 'nobody sees');
    assert.deepEqual(
      [eth0, eth1, never].map(({ sight }) => sight.isBlind),
      [true, true, false],
    );
  });

  it('finds a gap in which not even the time was told: the host slept', () => {
    const { told, packet } = rig(60);
    packet(0);
    packet(3600);
    assert.deepEqual(told, [
      'source-blind 3600',
      'blind since 0',
      'source-sees-again 3600',
      'sees 0 3600',
    ]);
  });

  it('follows a clock that is set back', () => {
    const { told, packet, quiet, sight } = rig(10);
    packet(7200);
    packet(3600);
    assert.equal(sight.last, 3600 * SECOND);
    quiet(3600, 3609);
    assert.deepEqual(told, []);
    quiet(3610, 3611);
    assert.equal(told.length, 2);
    const ticking = rig(10);
    ticking.packet(7200);
    ticking.quiet(3600, 3609);
    assert.deepEqual(ticking.told, []);
    ticking.quiet(3610, 3611);
    assert.equal(ticking.told.length, 2);
  });
});
