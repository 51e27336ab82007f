/** What plugins tell is held to the records' schemas. */
import assert from 'node:assert/strict';
import { Checked } from '../../src/outside/checked.ts';

const incident = {
  type: 'incident',
  id: 'a1',
  kind: 'black-hole',
  state: 'firing',
  scope: { kind: 'port', ip: '10.1.0.1', port: 443, prefix: null },
  started_at: 10,
  detected_at: 20,
  resolved_at: null,
  confidence: 0.9,
  causes: [],
  evidence: { syns: 7 },
  superseded_by: null,
};

const notice = { type: 'notice', code: 'odd', time: 1, text: 'x' };

const checked = new Checked('mine', ['incident', 'notice']);

describe('outside plugins: what they tell', () => {
  it("carries their id in an incident's, so that none ends another one's", () => {
    assert.deepEqual(checked.check(incident), { ...incident, id: 'mine:a1' });
    const again = checked.check({ ...incident, id: 'mine:a1', superseded_by: 'b' });
    assert.deepEqual(again, { ...incident, id: 'mine:a1', superseded_by: 'mine:b' });
  });

  it("carries it in a trouble's", () => {
    const trouble = { id: 'source eth0', state: 'ends' };
    assert.deepEqual(checked.check({ ...notice, trouble }), {
      ...notice,
      trouble: { id: 'mine: source eth0', state: 'ends' },
    });
  });

  it('leaves out what is no part of a record', () => {
    const odd = JSON.parse(
      '{"evidence":{"__proto__":{"x":1},"syns":7},"silenced_by":"me"}',
    ) as object;
    const made = checked.check({ ...incident, ...odd, secret: 1 });
    assert.deepEqual(made, { ...incident, id: 'mine:a1' });
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });

  const wrong: readonly (readonly [change: object, told: string])[] = [
    [{ type: 'endpoint' }, "'endpoint' is not among what it declares to emit"],
    [{ type: 'attempt' }, 'type is none of endpoint, incident, notice'],
    [{ id: '../x' }, 'id is not of letters, digits and . _ : -'],
    [{ state: 'resolved' }, 'resolved_at is for resolved incidents, and for all of them'],
    [{ detected_at: 9 }, 'detected_at is before started_at'],
    [{ started_at: 1.5 }, 'started_at is no capture time in whole microseconds'],
    [{ confidence: 2 }, 'confidence is not between 0 and 1'],
    [{ scope: { kind: 'port', ip: '10.1.0.1' } }, 'scope has not what a port takes'],
    [{ scope: { kind: 'host', ip: 'ten' } }, 'scope.ip is no address'],
    [
      { scope: { kind: 'network', prefix: '10.1.0.0/33' } },
      'scope.prefix is no network such as 10.1.0.0/24',
    ],
    [{ causes: [{ cause: 'magic' }] }, 'cause is none of dropped-at-server, '],
    [{ evidence: { text: 'x'.repeat(20_000) } }, 'evidence is over 16384 bytes'],
  ];
  for (const [change, told] of wrong) {
    it(`refuses ${JSON.stringify(change).slice(0, 60)}`, () => {
      const answer = checked.check({ ...incident, ...change });
      assert.ok(typeof answer === 'string' && answer.startsWith(told), JSON.stringify(answer));
    });
  }
});
