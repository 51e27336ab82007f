import assert from 'node:assert/strict';
import { lookAtClock } from '../../src/doctor/machine.ts';
import { confinement } from '../../src/doctor/plugins.ts';

describe('doctor: confinement of plugins', () => {
  it('what holds them, kernel by kernel', () => {
    assert.deepEqual(
      [0, 1, 4, 6].map((abi) => confinement(abi, false).state),
      ['warn', 'warn', 'warn', 'ok'],
    );
    assert.match(
      confinement(0, false).text,
      /no Landlock here; signals to the daemon are held by nothing/u,
    );
    assert.match(confinement(0, true).text, /they run as another user/u);
    assert.match(
      confinement(3, true).text,
      /ABI 3: files and programs\).*by the first alone: TCP and UDP/u,
    );
    assert.match(confinement(7, true).text, /TCP, signals, abstract sockets\).*alone: UDP$/u);
  });
});

describe('doctor: clock', () => {
  const now = Date.now();

  it('that was set while it looked is told', () => {
    const [{ state, text }] = lookAtClock(now - 3_600_000, now);
    assert.equal(state, 'warn');
    assert.match(
      text,
      /it was set back by (?:1 h|60 min|1h)\S* just now, against the monotonic clock/u,
    );
    assert.match(lookAtClock(now + 2000, now)[0].text, /forward by 2/u);
  });

  it('that goes with the monotonic one is not', () => {
    for (const { text } of [
      ...lookAtClock(now, now),
      ...lookAtClock(now + 20, now),
      ...lookAtClock(),
    ]) {
      assert.doesNotMatch(text, /was set/u);
    }
  });

  it('of long ago fails', () => {
    assert.equal(lookAtClock(0, 0)[0].state, 'fail');
  });
});
