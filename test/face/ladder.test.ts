import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { OUTCOMES, SCHEDULE_FAMILIES, VANTAGES } from '../../src/model/attempt.ts';
import { ladderFromAttempt } from '../../src/face/ladder-from-attempt.ts';
import { renderLadder } from '../../src/face/ladder.ts';
import { NARROWEST } from '../../src/face/page.ts';
import { expectGolden } from './expect-golden.ts';
import { expectPage } from './expect-page.ts';
import { attempt, DROP, MEDLEY, packet, REJECT, REJECT_HIDDEN, START } from './samples.ts';

const page = (width: number) => ({ width, colour: false, unicode: width > 0 });

describe('sequence picture', () => {
  const pictures = { drop: DROP, 'reject-hidden': REJECT_HIDDEN, reject: REJECT, medley: MEDLEY };
  for (const [name, handshake] of Object.entries(pictures)) {
    for (const width of [0, 60, 80, 120]) {
      const sheet = width === 0 ? 'pipe' : String(width);
      it(`looks as agreed: ${name}, ${sheet}`, () => {
        const text = renderLadder(handshake, page(width));
        expectPage(text, width === 0 ? 80 : width);
        expectGolden(`ladder-${name}-${sheet}`, text);
      });
    }
  }

  it('is plain ASCII in a pipe and where the terminal lacks UTF-8', () => {
    assert.match(renderLadder(MEDLEY, { width: 0, colour: true, unicode: true }), /^[\n -~]+$/);
    assert.match(renderLadder(MEDLEY, { width: 80, colour: false, unicode: false }), /^[\n -~]+$/);
  });

  it('colours the outcome and nothing else', () => {
    const text = renderLadder(DROP, { width: 80, colour: true, unicode: true });
    const [, painted, after] = text.split('\u001b');
    assert.equal(painted, '[31munanswered');
    assert.ok(after.startsWith('[39m: no answer'));
    assert.equal(text.split('\u001b').length, 3);
  });

  it('says which SYN the capture ended before', () => {
    const schedule = {
      family: 'linux-exponential',
      gave_up: false,
      next_due: START + 3e6,
    } as const;
    const cut = { outcome: 'unresolved', schedule, syns: 2, syn_offsets: [0, 1.02] } as const;
    const draw = (final: boolean) =>
      renderLadder(ladderFromAttempt(attempt({ ...cut, final })), page(100));
    assert.match(draw(true), /next SYN due at 3 s \(07:53:25\.037 UTC\): the capture ended before/);
    assert.match(draw(false), /next SYN due at 3 s \(07:53:25\.037 UTC\) +┊/);
  });

  it('claims no timer where gaps follow none', () => {
    const handshake = { ...DROP, packets: [packet(0), packet(2.5)] };
    const text = renderLadder(handshake, page(80));
    assert.match(text, / 2\.5 s /);
    assert.doesNotMatch(text, /timer|due/);
    assert.match(text, /the client gave up/);
  });

  it('draws what an attempt alone tells', () => {
    const text = renderLadder(
      ladderFromAttempt(
        attempt({ syns: 66, syn_offsets: [0, 0.001, 1.01], answered_after: 1.0105 }),
      ),
      page(80),
    );
    assert.match(text, /captured twice/);
    assert.match(text, /1\.010000 {2}│─+ SYN, retry 1 ─+►│/);
    assert.match(text, /1\.010500 {2}│◄─+ SYN-ACK ─+│/);
    assert.match(text, /63 more packets not kept/);
  });

  it('keeps within any width whatever a packet holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    const ip = fc.oneof(fc.ipV4(), fc.ipV6(), text);
    const word = fc.nat({ max: 0xffffffff });
    const byte = fc.nat({ max: 255 });
    const icmp = fc.record({ type: byte, code: byte, name: text, from: ip });
    const time = fc.integer({ min: START - 2e6, max: START + 2e10 });
    const anyPacket = fc.record({
      time,
      fromClient: fc.boolean(),
      kind: fc.constantFrom('syn', 'syn-ack', 'ack', 'data', 'fin', 'rst', 'icmp'),
      seq: fc.option(word),
      ack: fc.option(word),
      length: word,
      icmp: fc.option(icmp),
      duplicate: fc.boolean(),
      options: text,
    });
    const address = fc.record({ ip, port: fc.nat({ max: 65_535 }) });
    const anyAttempt = fc.record({
      client: address,
      server: address,
      outcome: fc.constantFrom(...OUTCOMES),
      vantage: fc.constantFrom(...VANTAGES),
      final: fc.boolean(),
      icmp: fc.option(icmp),
      answered_after: fc.option(fc.nat()),
      schedule: fc.record({
        family: fc.option(fc.constantFrom(...SCHEDULE_FAMILIES)),
        gave_up: fc.boolean(),
        next_due: fc.option(time),
      }),
    });
    fc.assert(
      fc.property(
        fc.record({
          attempt: anyAttempt.map((some) => attempt(some)),
          packets: fc.array(anyPacket, { maxLength: 8 }),
          dropped: fc.nat(),
        }),
        fc.integer({ min: NARROWEST, max: 200 }),
        fc.boolean(),
        (handshake, width, unicode) =>
          expectPage(renderLadder(handshake, { width, colour: false, unicode }), width),
      ),
      { numRuns: 300 },
    );
  });
});
