/** Whatever the flags: what is written passes the check, or nothing is. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { answersFrom } from '../../src/init/given.ts';
import type { Given } from '../../src/init/given.ts';
import { checked, textFor } from '../../src/init/written.ts';
import { readConfigBytes } from '../../src/config/bytes.ts';
import { bundled } from '../../src/engine/registry.ts';
import { WrongAnswer } from '../../src/init/wrong-answer.ts';

const SEEN = [
  { name: 'lo', state: 'up', addresses: ['127.0.0.1'], obstacle: null },
  { name: 'eth0', state: 'up', addresses: ['10.9.0.1', 'fe80::1'], obstacle: null },
  { name: 'wlan0', state: 'down', addresses: [], obstacle: 'is down' },
];

const NOTHING: Given = {
  interface: undefined,
  database: undefined,
  webhook: undefined,
  syslog: undefined,
  expect: undefined,
};

/** Text that means something to YAML, and text that does not; variables aside, which are the user's. */
const awkward = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 15, unit: 'grapheme' }),
    fc.constantFrom(
      'yes',
      'null',
      '-x',
      '#a',
      "it's",
      'a: b',
      '*',
      '&a',
      '!x',
      '1e3',
      '0x1',
      '~',
      '"',
      '%',
      '@',
      '`',
    ),
  )
  .filter((text) => !text.includes('${'));
const port = fc.integer({ min: 1, max: 65_535 });
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map((six) => `[${six}]`),
);
const endpoint = fc.tuple(address, port).map(([host, number]) => `${host}:${number}`);
const given: fc.Arbitrary<Given> = fc.record({
  interface: fc.option(
    fc.array(fc.oneof(fc.constantFrom('eth0', 'any'), awkward), { minLength: 1, maxLength: 4 }),
    { nil: undefined },
  ),
  database: fc.option(awkward, { nil: undefined }),
  webhook: fc.option(fc.webUrl({ withQueryParameters: true, withFragments: true }), {
    nil: undefined,
  }),
  syslog: fc.option(
    fc.oneof(
      fc
        .tuple(fc.constantFrom('', 'udp://', 'tcp://', 'tls://'), endpoint)
        .map((parts) => parts.join('')),
      fc.ipV6(),
      fc.domain(),
      awkward.map((text) => `/run/${text}`),
    ),
    { nil: undefined },
  ),
  expect: fc.option(fc.array(endpoint, { minLength: 1, maxLength: 5 }), { nil: undefined }),
});

async function presetOf(webhook: string): Promise<unknown> {
  const { sinks } = await answersFrom({ ...NOTHING, webhook });
  return sinks[0].options['preset'];
}

describe('init: flags', () => {
  it('whatever they say: what comes of them passes the check, and says the same', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(given, async (flags) => {
        let answers;
        try {
          answers = await answersFrom(flags);
        } catch (error) {
          // Names of interfaces and paths that there can't be.
          assert(error instanceof WrongAnswer, String(error));
          assert.match(error.message, /^--(?:interface|database|syslog): /u);
          return;
        }
        taken++;
        const text = textFor(answers, '/home/me/unackd.yaml', SEEN);
        checked(text, '/home/me/unackd.yaml', false);
        const { config } = readConfigBytes(Buffer.from(text), '/home/me/unackd.yaml', bundled, {});
        const names = new Set(flags.interface ?? ['eth0']);
        assert.deepEqual(
          config!.sources.flatMap(({ options }) => options['interface']),
          names.has('any') ? ['any'] : [...names],
        );
        const wanted = [true, flags.webhook !== undefined, flags.syslog !== undefined];
        assert.equal(config!.sinks.length, wanted.filter(Boolean).length);
        const ops = config!.sinks.find(({ id }) => id === 'ops');
        assert.equal(ops?.options['url'], flags.webhook);
        const holes = config!.analysers.find(({ id }) => id === 'black-hole')!;
        const expected = new Set(answers.expected.map((one) => one.endpoint));
        assert.deepEqual(holes.options['expect'], [...expected]);
        assert.equal(expected.size > 0, flags.expect !== undefined);
      }),
      { numRuns: 150 },
    );
    assert(taken > 50, `only ${taken} were taken`);
  }).timeout(20_000);

  it('what can not be taken is told with its flag, and what could be', async () => {
    const wrong: readonly (readonly [Partial<Given>, RegExp])[] = [
      [
        { interface: ['a/b'] },
        /^--interface: 'a\/b' can't be an interface's name: `unackd interfaces`/u,
      ],
      [{ interface: ['sixteen-letters-'] }, /^--interface/u],
      [{ database: ' ' }, /^--database: .* such as \/var/u],
      [{ webhook: 'example.org/hook' }, /^--webhook: .* is no URL such as https:/u],
      [{ webhook: 'https://events.pagerduty.com/v2/enqueue' }, /routing_key/u],
      [{ syslog: 'udp://' }, /^--syslog: .* is no syslog receiver such as 10\.0\.0\.5/u],
      [{ syslog: '10.0.0.5:99999' }, /^--syslog/u],
      [{ expect: ['10.1.0.1'] }, /^--expect: '10\.1\.0\.1' is no port/u],
      [{ expect: ['10.1.0.1:443', '300.1.1.1:1'] }, /^--expect: '300/u],
      [{ expect: ['2001:db8::1:443'] }, /^--expect/u],
      [
        { expect: ['nowhere.invalid:80'] },
        /nowhere\.invalid has no address here \(E\w+\): write the address/u,
      ],
    ];
    for (const [flags, message] of wrong) {
      await assert.rejects(answersFrom({ ...NOTHING, ...flags }), (error) => {
        assert(error instanceof WrongAnswer, String(error));
        assert.equal(error.exitCode, 2);
        assert.match(error.message, message);
        return true;
      });
    }
  });

  it('names that are expected are looked up, and kept as names', async () => {
    const { expected } = await answersFrom({ ...NOTHING, expect: ['localhost:8443'] });
    assert(expected.length > 0);
    for (const { endpoint: one, name } of expected) {
      assert.match(one, /^(?:127\.\d+\.\d+\.\d+|\[::1\]):8443$/u);
      assert.equal(name, 'localhost');
    }
  });

  it('knows receivers by their URLs', async () => {
    assert.equal(await presetOf('https://hooks.slack.com/services/T/B/x'), 'slack');
    assert.equal(await presetOf('http://am:9093/api/v2/alerts'), 'alertmanager');
    assert.equal(await presetOf('https://example.org/hook'), undefined);
  });
});
