import assert from 'node:assert/strict';
import type { Attempt } from 'unackd';
import plugin from '../../plugins/analysers/icmp-correlation/plugin.ts';
import { attempt, rig, SECOND, START } from './harness.ts';

/** The seed's second capture: a refusal of which only the two SYNs were captured. */
const TRAP = [0, 1.021475];
const icmp = { type: 3, code: 3, name: 'port-unreachable', from: '10.1.0.1' };
const rejected = (time: number, rest: Partial<Attempt> = {}) =>
  attempt([0], { icmp, outcome: 'rejected', ...rest, time });
const server = (port: number, ip = '10.1.0.1') => ({ ip, port });

/** A REJECT rule at 3 attempts a second: 40 % rejected, the rest silent. */
function limited(r: ReturnType<typeof rig>): void {
  for (let i = 0; i < 30; i++) {
    const time = i / 3;
    if (i % 5 < 2) r.attempt(rejected(time));
    else assert.deepEqual(r.attempt(attempt([0], { time, at: 3.5 })), { hidden_refusal: true });
  }
}

describe('icmp-correlation: two SYNs, then silence', () => {
  it('suspects a hidden refusal, and says which filter would show it', () => {
    const r = rig(plugin);
    assert.deepEqual(r.attempt(attempt(TRAP)), { hidden_refusal: true });
    assert.deepEqual(r.messages, []);
    r.analyser.end?.(START + 2 * SECOND);
    assert.deepEqual(r.messages, [
      {
        type: 'notice',
        code: 'hidden-refusal-suspected',
        time: START + 2 * SECOND,
        text:
          '10.1.0.1:8000: 1 attempt of two SYNs 1.02 s apart and then nothing, with no ICMP anywhere in the capture: ' +
          'so does a Linux client whose refusal by ICMP the capture filter hid, ' +
          "though an application's own time-out of 1 to 3 s looks alike; " +
          'capture with "host 10.1.0.1 and (tcp port 8000 or icmp)" to tell',
      },
    ]);
  });

  it('tells each endpoint once, in order of first attempts', () => {
    const r = rig(plugin);
    r.attempt(attempt(TRAP, { server: server(443, '2001:db8::1'), time: 9 }));
    r.attempt(attempt(TRAP, { time: 5 }));
    r.attempt(attempt([0, 0.98, 0.98001], { time: 20 }));
    r.analyser.end?.(START + 30 * SECOND);
    const texts = r.notices().map((notice) => notice.text);
    assert.equal(texts.length, 2);
    assert.match(texts[0], /^10\.1\.0\.1:8000: 2 attempts of two SYNs 1\.02 s apart/);
    assert.match(texts[1], /^\[2001:db8::1\]:443: 1 attempt /);
    assert.match(texts[1], /"host 2001:db8::1 and \(tcp port 443 or icmp6\)"/);
  });

  it('suspects nothing where ICMP was captured, be it later in the file', () => {
    const seen = rig(plugin, {}, { icmpSeen: true });
    assert.equal(seen.attempt(attempt(TRAP)), undefined);
    seen.analyser.end?.(START);
    assert.deepEqual(seen.messages, []);

    const later = rig(plugin);
    later.attempt(attempt(TRAP));
    later.capture.icmpSeen = true;
    later.analyser.end?.(START);
    assert.deepEqual(later.messages, []);
  });

  it('suspects nothing where the capture filter lets ICMP pass', () => {
    const r = rig(plugin, {}, { filters: ['host 10.1.0.1'] });
    assert.equal(r.attempt(attempt(TRAP)), undefined);
    r.analyser.end?.(START);
    assert.deepEqual(r.messages, []);
  });

  it('judges the filter for the IP version at hand', () => {
    const r = rig(plugin, {}, { filters: ['tcp or icmp'] });
    r.attempt(attempt(TRAP));
    r.attempt(attempt(TRAP, { server: server(443, '2001:db8::1') }));
    r.analyser.end?.(START);
    assert.deepEqual(
      r.notices().map((notice) => notice.text.split(' ')[0]),
      ['[2001:db8::1]:443:'],
    );
  });

  it('suspects nothing of other SYNs', () => {
    const r = rig(plugin);
    for (const offsets of [
      [0],
      [0, 0.0001],
      [0, 0.9],
      [0, 1.25],
      [0, 3],
      [0, 1, 2],
      [0, 1, 3],
      [0, 0.5, 1],
    ]) {
      assert.equal(r.attempt(attempt(offsets)), undefined, offsets.join(' '));
    }
    for (const outcome of ['established', 'half-open', 'refused', 'unresolved'] as const) {
      assert.equal(r.attempt(attempt(TRAP, { outcome })), undefined, outcome);
    }
    assert.equal(r.attempt(attempt(TRAP, { final: false })), undefined);
    r.analyser.end?.(START);
    assert.deepEqual(r.messages, []);
  });

  it('suspects no refusal where nearly all attempts go on after the second SYN', () => {
    // One impatient application at a black hole; Linux would have ended at the second SYN.
    const r = rig(plugin);
    for (let time = 0; time < 4; time++) r.attempt(attempt([0, 1, 3, 7], { time }));
    assert.equal(r.attempt(attempt(TRAP, { time: 2.5 })), undefined);
    r.analyser.end?.(START);
    assert.deepEqual(r.messages, []);
  });

  it('allows for clients that go on after ICMP, as Windows does', () => {
    const r = rig(plugin);
    for (let time = 0; time < 3; time++) r.attempt(attempt([0, 1, 3, 7, 15], { time }));
    assert.deepEqual(r.attempt(attempt(TRAP, { time: 2.5 })), { hidden_refusal: true });
    r.analyser.end?.(START);
    assert.equal(r.notices().length, 1);
  });

  it('keeps apart what happened at an endpoint minutes apart', () => {
    // The seed's DROP, then its REJECT, in one file; and the last word on an old attempt comes late.
    const r = rig(plugin);
    for (let time = 0; time < 5; time++) r.attempt(attempt([0, 1, 3, 7, 15, 31, 63], { time }));
    assert.deepEqual(r.attempt(attempt(TRAP, { time: 480 })), { hidden_refusal: true });
    for (let time = 5; time < 9; time++) r.attempt(attempt([0, 1, 3, 7, 15, 31, 63], { time }));
    r.analyser.end?.(START);
    assert.equal(r.notices().length, 1);
    assert.match(r.notices()[0].text, /: 1 attempt of two SYNs/);
  });

  it('watches so many endpoints, and judges the one that failed longest ago first', () => {
    const r = rig(plugin, { endpoints: 1 });
    for (let port = 1; port <= 3; port++) {
      r.attempt(attempt(TRAP, { server: server(port), time: port }));
    }
    r.analyser.end?.(START);
    assert.equal(r.notices().length, 3);
  });

  it('takes its word back', () => {
    const r = rig(plugin);
    const changed = attempt([0, 1, 3], { hidden_refusal: true });
    assert.deepEqual(r.attempt(changed), { hidden_refusal: false });
  });

  it('names so many endpoints, and sums up the rest', () => {
    const r = rig(plugin, { notices: 2 });
    for (let port = 1; port <= 5; port++) r.attempt(attempt(TRAP, { server: server(port) }));
    r.analyser.end?.(START);
    const texts = r.notices().map((notice) => notice.text);
    assert.equal(texts.length, 3);
    assert.match(texts[2], /^3 more attempts .*3 went to endpoints beyond the first 2 /);
  });
});

describe('icmp-correlation: two SYNs, live', () => {
  const live = { finite: false };
  const undecided = { outcome: 'unresolved', final: false } as const;

  it('tells 3 s after the second SYN', () => {
    const r = rig(plugin, {}, live);
    r.analyser.syn?.(attempt([0], undecided));
    assert.equal(r.wish, null);
    r.analyser.syn?.(attempt(TRAP, undecided));
    assert.equal(r.wish, START + 4.021475 * SECOND);
    assert.equal(r.attempt(attempt(TRAP, { final: false })), undefined);
    r.advance(START + 4 * SECOND);
    assert.deepEqual(r.messages, []);
    r.advance(START + 5 * SECOND);
    assert.equal(r.notices().length, 1);
    assert.equal(r.notices()[0].time, START + 4.021475 * SECOND);
    assert.deepEqual(r.attempt(attempt(TRAP, { at: 130 })), { hidden_refusal: true });
    r.analyser.end?.(START + 200 * SECOND);
    assert.equal(r.notices().length, 1);
  });

  it('is put off by a third SYN, an answer, and ICMP from anywhere', () => {
    for (const what of ['third', 'answer', 'icmp'] as const) {
      const r = rig(plugin, {}, live);
      r.analyser.syn?.(attempt(TRAP, undecided));
      if (what === 'third') r.analyser.syn?.(attempt([...TRAP, 3.03], undecided));
      if (what === 'answer') r.attempt(attempt(TRAP, { outcome: 'established' }));
      if (what === 'icmp') r.capture.icmpSeen = true;
      r.advance(START + 100 * SECOND);
      r.analyser.end?.(START + 100 * SECOND);
      assert.deepEqual(r.messages, [], what);
      assert.equal(r.wish, null, what);
    }
  });

  it('is put off by attempts that go on', () => {
    const r = rig(plugin, {}, live);
    for (let isn = 0; isn < 5; isn++) {
      const flow = { ...undecided, isn, time: isn / 10 };
      r.analyser.syn?.(attempt(TRAP, flow));
      if (isn > 0) r.analyser.syn?.(attempt([...TRAP, 3.03], flow));
    }
    r.advance(START + 100 * SECOND);
    assert.deepEqual(r.messages, []);
    assert.equal(r.attempt(attempt(TRAP, { isn: 0, at: 9 })), undefined);
  });

  it('waits for each at its own time, and takes no copy for a third', () => {
    const r = rig(plugin, {}, live);
    r.analyser.syn?.(attempt(TRAP, { ...undecided, isn: 1, server: server(1) }));
    r.analyser.syn?.(attempt([...TRAP, 1.0215], { ...undecided, isn: 1, server: server(1) }));
    r.analyser.syn?.(attempt(TRAP, { ...undecided, isn: 2, server: server(2), time: 1 }));
    r.advance(START + 4.5 * SECOND);
    assert.equal(r.notices().length, 1);
    assert.equal(r.wish, START + 5.021475 * SECOND);
    r.advance(START + 6 * SECOND);
    assert.equal(r.notices().length, 2);
  });

  it('bounds those that it waits for, and says how many it missed', () => {
    const r = rig(plugin, { waiting: 2 }, live);
    for (let isn = 0; isn < 5; isn++) r.analyser.syn?.(attempt(TRAP, { ...undecided, isn }));
    r.advance(START + 10 * SECOND);
    r.analyser.end?.(START + 10 * SECOND);
    const texts = r.notices().map((notice) => notice.text);
    assert.equal(texts.length, 2);
    assert.match(texts[1], /^3 more attempts .* 3 came while too many waited$/);
  });
});

describe('icmp-correlation: rate-limited refusals', () => {
  it('puts silence at a port that rejected lately down to the limit, and says so once', () => {
    const r = rig(plugin, {}, { icmpSeen: true });
    limited(r);
    assert.deepEqual(r.messages, []);
    r.analyser.end?.(START + 60 * SECOND);
    assert.deepEqual(r.messages, [
      {
        type: 'notice',
        code: 'refusals-rate-limited',
        time: START + 60 * SECOND,
        text:
          '10.1.0.1:8000: 12 of 30 attempts rejected by ICMP; the silent rest is the rate limit of who sends ' +
          'the ICMP (Linux: about one a second and client after a burst of six), not a black hole',
      },
    ]);
  });

  it('says so at once when live', () => {
    const r = rig(plugin, {}, { icmpSeen: true, finite: false });
    limited(r);
    assert.equal(r.notices().length, 1);
    assert.match(r.notices()[0].text, /: 2 of 3 attempts rejected/);
    r.analyser.end?.(START + 60 * SECOND);
    assert.equal(r.notices().length, 1);
  });

  it('forgets rejections after a while', () => {
    const r = rig(plugin, {}, { icmpSeen: true });
    r.attempt(rejected(0));
    assert.deepEqual(r.attempt(attempt([0], { time: 60 })), { hidden_refusal: true });
    assert.equal(r.attempt(attempt([0], { time: 60.1 })), undefined);
    const impatient = rig(plugin, { lately: 5 * SECOND }, { icmpSeen: true });
    impatient.attempt(rejected(0));
    assert.equal(impatient.attempt(attempt([0], { time: 6 })), undefined);
  });

  it('goes by when the SYNs were sent, not by when an attempt was closed', () => {
    const r = rig(plugin, {}, { icmpSeen: true });
    r.attempt(rejected(0, { at: 500 }));
    assert.equal(r.attempt(attempt([0], { time: 100 })), undefined);
  });

  it('does not call silence before the first rejection limited', () => {
    const r = rig(plugin, {}, { icmpSeen: true });
    r.attempt(rejected(100));
    assert.equal(r.attempt(attempt([0, 1, 3, 7], { time: 50, at: 70 })), undefined);
    // its last SYN came after the rejection
    assert.deepEqual(r.attempt(attempt([0, 1, 3, 7], { time: 99 })), { hidden_refusal: true });
  });

  it('keeps to the endpoint', () => {
    const r = rig(plugin, {}, { icmpSeen: true });
    r.attempt(rejected(0));
    assert.equal(r.attempt(attempt([0], { time: 1, server: server(8001) })), undefined);
    assert.equal(r.attempt(attempt([0], { time: 1, server: server(8000, '10.1.0.2') })), undefined);
  });

  it('wants two rejections before it speaks', () => {
    const r = rig(plugin, {}, { icmpSeen: true });
    r.attempt(rejected(0));
    r.attempt(attempt([0], { time: 1 }));
    r.analyser.end?.(START);
    assert.deepEqual(r.messages, []);
  });

  it('counts an attempt when its fate is settled, once', () => {
    const r = rig(plugin, {}, { icmpSeen: true });
    for (let time = 0; time < 3; time++) {
      r.attempt(rejected(time, { final: false }));
      r.attempt(rejected(time));
      r.attempt(attempt([0, 1], { time, final: false }));
      r.attempt(attempt([0, 1], { time }));
    }
    r.analyser.end?.(START);
    assert.match(r.notices()[0].text, /: 3 of 6 attempts rejected/);
  });

  it('remembers so many endpoints, the longest unused going first', () => {
    const r = rig(plugin, { endpoints: 2 }, { icmpSeen: true });
    for (const port of [1, 2, 1, 3]) r.attempt(rejected(0, { server: server(port) }));
    const known = [1, 2, 3].map((port) => r.attempt(attempt([0], { server: server(port) })));
    assert.deepEqual(known, [{ hidden_refusal: true }, undefined, { hidden_refusal: true }]);
  });

  it('names so many endpoints, and sums up the rest', () => {
    const r = rig(plugin, { notices: 1 }, { icmpSeen: true });
    for (const port of [1, 2, 3]) {
      r.attempt(rejected(0, { server: server(port) }));
      r.attempt(rejected(1, { server: server(port) }));
      r.attempt(attempt([0], { time: 1, server: server(port) }));
    }
    r.analyser.end?.(START);
    assert.equal(r.notices().length, 2);
    assert.match(r.notices()[1].text, /^2 more endpoints /);
  });

  it('reads no address of a lone SYN while nothing was rejected', () => {
    const view = {
      ...attempt([0]),
      get server(): Attempt['server'] {
        throw new Error('formatted an address');
      },
    };
    assert.equal(rig(plugin).attempt(view), undefined);
    assert.ok(!('syn' in rig(plugin).analyser));
    const live = rig(plugin, {}, { finite: false });
    assert.equal(live.attempt(view), undefined);
    live.analyser.syn?.(view);
  });
});

describe('icmp-correlation: the capture names its filter', () => {
  it('says once that it hides ICMP, and which one would show it', () => {
    const r = rig(plugin, {}, { filters: ['host 10.1.0.1', 'tcp port\n8000'] });
    r.attempt(attempt(TRAP));
    r.analyser.end?.(START);
    assert.deepEqual(
      r.notices().map((notice) => notice.code),
      ['icmp-hidden-by-filter', 'hidden-refusal-suspected'],
    );
    assert.match(r.notices()[0].text, /^the capture filter "tcp port 8000" lets no ICMP pass/);
    assert.match(r.notices()[0].text, /"icmp or icmp6 or \(tcp port 8000\)"/);
  });

  it('says so as soon as a live attempt fails', () => {
    const r = rig(plugin, {}, { filters: ['tcp'], finite: false });
    r.attempt(attempt([0, 1, 3], { final: false }));
    r.attempt(attempt([0, 1, 3]));
    r.analyser.end?.(START);
    assert.equal(r.notices().length, 1);
  });

  it('says nothing of filters that let it pass, that it cannot judge, or that ICMP came through', () => {
    for (const facts of [
      { filters: ['tcp or icmp'] },
      { filters: ['port 80 or host 10.1.0.1'] },
      { filters: ['tcp'], icmpSeen: true },
      { filters: [] },
    ]) {
      const r = rig(plugin, {}, facts);
      r.analyser.end?.(START);
      assert.deepEqual(r.messages, []);
    }
  });
});
