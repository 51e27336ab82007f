/** Each experiment of the lab, side by side: real kernels, firewalls and clients from end to end. */
import assert from 'node:assert/strict';
import { has } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';
import { needsLab, Trial } from './trial.ts';

/** An incident is told, and is over, within so many seconds: what is promised. */
const WITHIN_S = 12;

interface Case {
  readonly args: readonly string[];
  readonly kind: string;
  readonly verdict: string;
  /** What programs see of connections begun during the fault; none of it is seen before or after. */
  readonly saw: string;
  /** The only cause, certain, and what is said of it: at the server it can be known. */
  readonly known?: readonly [cause: string, because: RegExp];
}

const silent = { kind: 'black-hole', verdict: 'black-holing', saw: 'ETIMEDOUT' };
const rejecting = { kind: 'rejecting', verdict: 'rejecting' };
const replyLoss = { kind: 'reply-loss', verdict: 'reply-loss', saw: 'ETIMEDOUT' };

const cases: readonly Case[] = [
  { args: ['drop'], ...silent },
  {
    args: ['drop', '--at', 'any', '--ipv6'],
    ...silent,
    known: [
      'dropped-at-server',
      /`tcp dport 8000 counter drop` \(nft, table inet lab, chain input/u,
    ],
  },
  {
    args: ['drop', '--at', 'server', '--firewall', 'iptables'],
    ...silent,
    known: ['dropped-at-server', /-A INPUT -p tcp -m tcp --dport 8000 -j DROP/u],
  },
  { args: ['reject'], ...rejecting, saw: 'ECONNREFUSED' },
  { args: ['reject-admin', '--at', 'any'], ...rejecting, saw: 'EHOSTUNREACH' },
  { args: ['reject-admin', '--at', 'server', '--ipv6'], ...rejecting, saw: 'EACCES' },
  {
    args: ['reset', '--at', 'server'],
    kind: 'refusing',
    verdict: 'refusing',
    saw: 'ECONNREFUSED',
  },
  {
    args: ['accept-queue', '--at', 'any'],
    ...silent,
    known: ['accept-queue-full', /its accept queue holds 5 of 4/u],
  },
  { args: ['accept-queue', '--ipv6'], ...silent },
  { args: ['reply-loss', '--at', 'server'], ...replyLoss },
  { args: ['reply-loss', '--ipv6'], ...replyLoss },
  {
    args: ['partial', '--rate', '6', '--duration', '20'],
    kind: 'partial-black-hole',
    verdict: 'partially-black-holing',
    saw: 'ETIMEDOUT',
  },
];

describe('lab: experiments', function () {
  this.timeout(90_000);
  const trials = new Map<Case, Trial>();

  before(function () {
    needsLab(this);
    needs(this, has('nft'), 'no nft');
    for (const one of cases) {
      if (one.args.includes('iptables') && !has('iptables')) continue;
      trials.set(one, new Trial(one.args));
    }
  });
  after(() => {
    for (const { child } of trials.values()) child.kill('SIGTERM');
  });

  for (const one of cases) {
    it(one.args.join(' '), async function () {
      const trial = trials.get(one);
      needs(this, trial !== undefined, 'no iptables');
      assert.equal(await trial!.ended(), 0, trial!.stderr);
      const { incidents, verdicts, connections } = trial!;
      assert.deepEqual(
        incidents.map(({ what }) => what),
        [`${one.kind} 8000 firing`, `${one.kind} 8000 resolved`],
        'one incident, which ends',
      );
      for (const { what, after } of incidents) assert.ok(after < WITHIN_S, `${what}: ${after} s`);
      if (one.known !== undefined) {
        const [cause, because] = one.known;
        const [told, ...others] = trial!.causes;
        assert.deepEqual([told.cause, told.probability, others], [cause, 1, []]);
        assert.match(told.because.join('\n'), because);
      }
      const rejects = one.kind !== 'rejecting' ? { 8003: 'rejecting' } : {};
      assert.deepEqual(verdicts, {
        8000: one.verdict,
        8001: 'healthy',
        8002: 'refusing',
        ...rejects,
      });
      const of = (port: number, begun: string): string[] =>
        connections.filter((c) => c.port === port && c.begun === begun).map(({ saw }) => saw);
      assert.ok(of(8000, 'during').includes(one.saw), String(of(8000, 'during')));
      for (const begun of ['before', 'after']) {
        assert.deepEqual(new Set(of(8000, begun)), new Set(['connected']), begun);
      }
    });
  }
});
