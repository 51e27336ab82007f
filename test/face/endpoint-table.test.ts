import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { OUTCOMES } from '../../src/model/attempt.ts';
import { CAUSES, VERDICTS, type Endpoint } from '../../src/model/endpoint.ts';
import { renderEndpoints } from '../../src/face/endpoint-table.ts';
import { NARROWEST } from '../../src/face/page.ts';
import { expectGolden } from './expect-golden.ts';
import { expectPage } from './expect-page.ts';
import { endpoint, ENDPOINTS, nameOf, START } from './samples.ts';

const plain = (width: number) => ({ width, colour: false, unicode: width > 0 });

describe('table of endpoints', () => {
  for (const width of [0, 60, 80, 120, 200]) {
    const name = width === 0 ? 'pipe' : String(width);
    it(`looks as agreed: ${name}`, () => {
      const text = renderEndpoints(ENDPOINTS, { ...plain(width), names: nameOf });
      expectPage(text, width);
      expectGolden(`endpoints-${name}`, text);
    });
  }

  it('is plain ASCII in a pipe and where the terminal lacks UTF-8', () => {
    for (const width of [0, 80]) {
      const options = { width, colour: false, unicode: false, names: nameOf };
      assert.match(renderEndpoints(ENDPOINTS, options), /^[\n -~]+$/);
    }
  });

  it('neither colours nor draws in a pipe, even when told to', () => {
    const text = renderEndpoints(ENDPOINTS, { width: undefined, colour: true, unicode: true });
    assert.ok(!text.includes('\u001b') && !text.includes('─'));
  });

  it('gives each endpoint one whole row in a pipe', () => {
    const rows = renderEndpoints(ENDPOINTS, plain(0)).split('\n').slice(2);
    const starts = rows.filter((row) => /^\S/.test(row));
    assert.equal(starts.length, ENDPOINTS.length);
    for (const row of starts) assert.equal(row.split(/ +/).length, 11);
  });

  it('says what settles a cause, and nothing of the kind where it is open', () => {
    const because = ['a rule counted 12 packets', 'it sent no answer', 'and more'];
    const table = (probability: number): string => {
      const one = endpoint('10.0.0.9', 80, 'black-holing', { unanswered: 3 });
      const causes = [{ cause: 'dropped-at-server' as const, probability, because }];
      return renderEndpoints([{ ...one, causes }], plain(0));
    };
    assert.match(table(1), /^ {2}because: a rule counted 12 packets; it sent no answer$/mu);
    assert.doesNotMatch(table(0.9), /because/u);
  });

  it('puts the worst first, then by failing attempts, then by address as numbers', () => {
    const list = [
      endpoint('10.0.0.10', 80, 'silent', { unanswered: 3 }),
      endpoint('10.0.0.9', 80, 'silent', { unanswered: 3 }),
      endpoint('10.0.0.9', 9, 'silent', { unanswered: 3 }),
      endpoint('::1', 1, 'silent', { unanswered: 3 }),
      endpoint('10.0.0.99', 80, 'silent', { unanswered: 4 }),
      endpoint('10.0.0.99', 81, 'silent', { unresolved: 99 }),
      ...VERDICTS.toReversed().map((verdict, i) => endpoint('10.2.0.1', i, verdict, {})),
    ];
    const rows = renderEndpoints(list, plain(0)).split('\n').slice(2, -1);
    const cells = rows.map((row) => row.split(/ +/));
    const verdicts = cells.map((cell) => cell[1]);
    assert.deepEqual([...new Set(verdicts)], [...VERDICTS]);
    const silent = cells.filter((cell) => cell[1] === 'silent').map((cell) => cell[0]);
    assert.deepEqual(silent, [
      '10.0.0.99:80',
      '10.0.0.9:9',
      '10.0.0.9:80',
      '10.0.0.10:80',
      '[::1]:1',
      '10.0.0.99:81',
      '10.2.0.1:5',
    ]);
  });

  it('colours the verdict and nothing else', () => {
    const list = VERDICTS.map((verdict, i) => endpoint('10.2.0.1', i, verdict, {}));
    const painted = renderEndpoints(list, { width: 80, colour: true, unicode: true });
    // Every other piece is what follows an off sequence: `[31m` and the verdict, then `[39m` and the rest.
    const pieces = painted.split('\u001b').filter((_, i) => i % 2 === 1);
    const byVerdict = Object.fromEntries(
      pieces.map((piece) => {
        const [, on, word] = /^\[(\d+)m([a-z-]+)$/.exec(piece) ?? [];
        return [word, Number(on)];
      }),
    );
    assert.deepEqual(byVerdict, {
      'black-holing': 31,
      'partially-black-holing': 31,
      'reply-loss': 31,
      silent: 31,
      rejecting: 33,
      refusing: 33,
      lossy: 33,
      unknown: 2,
      healthy: 32,
    });
    // Taking colour away leaves exactly the uncoloured table.
    const bare = stripVTControlCharacters(painted);
    assert.equal(bare, renderEndpoints(list, { width: 80, colour: false, unicode: true }));
  });

  it('ends with how many more there are', () => {
    const list = Array.from({ length: 1284 }, (_, i) => endpoint('10.0.0.1', i, 'silent', {}));
    const text = renderEndpoints(list, plain(80));
    assert.match(text, /\n\.\.\. and 1,234 more endpoints \(--limit 0 shows all\)\n$/);
    assert.equal(renderEndpoints(list, { ...plain(80), limit: 0 }).split('\n').length, 1284 + 4);
  });

  it('sums up many healthy endpoints beside sick ones, but not on their own', () => {
    const healthy = Array.from({ length: 11 }, (_, i) =>
      endpoint('10.0.0.1', i, 'healthy', { established: 1000 }),
    );
    const sick = endpoint('10.0.0.2', 80, 'silent', { unanswered: 1 });
    assert.match(
      renderEndpoints([...healthy, sick], plain(80)),
      /\n\.\.\. and 11 healthy endpoints: 11 k handshakes completed \(--limit 0 shows all\)\n$/,
    );
    assert.doesNotMatch(renderEndpoints(healthy, plain(80)), /\.\.\./);
    assert.doesNotMatch(renderEndpoints([...healthy, sick], { ...plain(80), limit: 0 }), /\.\.\./);
  });

  it('says each day where there are several', () => {
    const list = [endpoint('10.0.0.1', 1, 'silent', {}, { last: START + 86_400e6 })];
    const text = renderEndpoints(list, plain(120));
    assert.match(text, /^1 endpoint, times in UTC\n/);
    assert.match(text, /2026-09-21 07:53:22\.037 {2}2026-09-22 07:53:22\.037\n/);
  });

  it('says that there is nothing', () => {
    assert.equal(renderEndpoints([], plain(80)), 'No endpoints: no SYN was seen.\n');
  });

  it('keeps within any width whatever an endpoint holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 120 });
    const count = fc.nat({ max: 1e12 });
    const time = fc.integer({ min: 0, max: 4_102_444_800_000_000 });
    const anyEndpoint: fc.Arbitrary<Endpoint> = fc.record({
      type: fc.constant('endpoint' as const),
      server: fc.record({
        ip: fc.oneof(fc.ipV4(), fc.ipV6(), text),
        port: fc.nat({ max: 65_535 }),
      }),
      verdict: fc.constantFrom(...VERDICTS),
      attempts: fc.tuple(...OUTCOMES.map(() => count)).map((values) => {
        const pairs = OUTCOMES.map((outcome, i) => [outcome, values[i]] as const);
        return Object.fromEntries(pairs) as Endpoint['attempts'];
      }),
      clients: count,
      first: time,
      last: time,
      causes: fc.array(
        fc.record({
          cause: fc.constantFrom(...CAUSES),
          probability: fc.double({ min: 0, max: 1, noNaN: true }),
          because: fc.constant([]),
        }),
        { maxLength: 7 },
      ),
      story: text,
      settle: fc.option(text),
    });
    fc.assert(
      fc.property(
        fc.array(anyEndpoint, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: NARROWEST, max: 240 }),
        fc.boolean(),
        fc.option(text, { nil: undefined }),
        (list, width, unicode, name) => {
          const options = { width, colour: false, unicode, names: () => name };
          expectPage(renderEndpoints(list, options), width);
        },
      ),
      { numRuns: 300 },
    );
  });
});
