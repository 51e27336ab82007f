/** What plugins tell is held to the records' schemas. */
import assert from 'node:assert/strict';
import { Checked, Refusal } from '../../src/plugin/checked.ts';

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
    [{ type: 'endpoint' }, "it emits a message of type endpoint, and 'emits' has only: incident"],
    [{ type: 'attempt' }, `'type' is "attempt", wanted is one of endpoint, incident, notice`],
    [
      { id: '../x' },
      `'id' is "../x", wanted is letters, digits and . _ : -, in a message of type `,
    ],
    [{ state: 'resolved' }, "'resolved_at' is null, wanted is when it ended"],
    [{ resolved_at: 30 }, "'resolved_at' is 30, wanted is null until it is resolved"],
    [{ detected_at: 9 }, "'detected_at' is 9, wanted is started_at, or later"],
    [{ started_at: 1.5 }, "'started_at' is 1.5, wanted is capture time: whole microseconds"],
    [{ confidence: 2 }, "'confidence' is 2, wanted is 0 to 1"],
    [
      { scope: { kind: 'port', ip: '10.1.0.1' } },
      `'scope' is {"kind":"port","ip":"10.1.0.1"}, wanted is an ip and a port, as it is a port`,
    ],
    [{ scope: { kind: 'host', ip: 'ten' } }, `'scope.ip' is "ten", wanted is an address`],
    [
      { scope: { kind: 'network', prefix: '10.1.0.0/33' } },
      `'scope.prefix' is "10.1.0.0/33", wanted is a network such as 10.1.0.0/24`,
    ],
    [{ causes: [{ cause: 'magic' }] }, `'cause' is "magic", wanted is one of dropped-at-server, `],
    [{ evidence: { text: 'x'.repeat(20_000) } }, `'evidence' is {"text":"xxx`],
  ];
  for (const [change, told] of wrong) {
    it(`refuses ${JSON.stringify(change).slice(0, 60)}`, () => {
      const answer = checked.check({ ...incident, ...change });
      assert.ok(answer instanceof Refusal);
      assert.equal(answer.message.slice(0, told.length), told);
    });
  }

  it('tells values apart from reasons, so that each reason is told once', () => {
    const rules = [0.1, 0.2].map((time) => {
      const answer = checked.check({ ...notice, time });
      return answer instanceof Refusal ? answer.rule : null;
    });
    assert.deepEqual(new Set(rules).size, 1);
    assert.match(String(rules[0]), /^notice: time /u);
  });
});
