import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { BLACK_HOLE, bundledCaptures } from './captures.ts';
import { simulate } from './simulate.ts';

const FOLDER = join(import.meta.dirname, '../../config/examples/captures');
const KIBIBYTE = 1024;

function tcpdump(context: Mocha.Context, name: string): string[] {
  const found = spawnSync('tcpdump', ['--version']).error === undefined;
  needs(context, found, 'tcpdump is not installed');
  const { stdout } = spawnSync('tcpdump', ['-nr', join(FOLDER, name)], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
  return stdout.trimEnd().split('\n');
}

const syn = (time: string, port: number, seq: number, clock: number): string =>
  `${time} IP 127.0.0.1.${port} > 127.0.0.1.8000: Flags [S], seq ${seq}, win 65495, ` +
  `options [mss 65495,sackOK,TS val ${clock} ecr 0,nop,wscale 7], length 0`;

const unreachable = (time: string): string =>
  `${time} IP 127.0.0.1 > 127.0.0.1: ICMP 127.0.0.1 tcp port 8000 unreachable, length 68`;

describe('bundled captures', () => {
  it('are what scripts/make-captures.ts makes', () => {
    const made = bundledCaptures();
    assert.deepEqual(readdirSync(FOLDER).toSorted(), [...made.keys()].toSorted());
    for (const [name, bytes] of made) {
      const kept = readFileSync(join(FOLDER, name));
      assert.ok(kept.equals(bytes), `${name} differs: run scripts/make-captures.ts`);
    }
  });

  it('drop.pcap prints as the listing', function () {
    assert.deepEqual(tcpdump(this, 'drop.pcap'), [
      syn('07:53:22.037032', 40626, 274725390, 3634790396),
      syn('07:53:23.056604', 40626, 274725390, 3634791416),
      syn('07:53:25.072875', 40626, 274725390, 3634793432),
      syn('07:53:29.114411', 40626, 274725390, 3634797474),
      syn('07:53:37.296532', 40626, 274725390, 3634805656),
      syn('07:53:53.424581', 40626, 274725390, 3634821784),
      syn('07:54:26.960530', 40626, 274725390, 3634855320),
    ]);
  });

  it('reject-hidden.pcap prints as the listing', function () {
    assert.deepEqual(tcpdump(this, 'reject-hidden.pcap'), [
      syn('08:01:25.203093', 46098, 890605329, 3635273562),
      syn('08:01:26.224568', 46098, 890605329, 3635274584),
    ]);
  });

  it('reject.pcap prints as the listing', function () {
    assert.deepEqual(tcpdump(this, 'reject.pcap'), [
      syn('08:07:37.513842', 49464, 2758936969, 3635645873),
      unreachable('08:07:37.513868'),
      syn('08:07:38.545073', 49464, 2758936969, 3635646904),
      unreachable('08:07:38.545296'),
    ]);
  });

  it('black-hole.pcap holds a port that goes silent and recovers, in less than 400 KiB', () => {
    const { capture, truth, outages } = simulate(BLACK_HOLE);
    assert.ok(capture.length < 400 * KIBIBYTE);
    const [{ from, until }] = outages;
    const inside = truth.filter(
      ({ server, time }) => server.port === 8000 && time >= from && time < until,
    );
    // Those that began late enough had a SYN left when the port came back.
    const lost = inside.filter(({ accept }) => accept[0] === 'unanswered').length;
    assert.ok(inside.length > 70 && lost / inside.length > 0.6, `${lost} of ${inside.length}`);
    const elsewhere = truth.filter(
      ({ server, time }) => server.port !== 8000 || time < from - 1e6 || time > until,
    );
    const answered = elsewhere.filter(({ accept }) => accept[0] === 'established').length;
    assert.ok(answered / elsewhere.length > 0.99, `${answered} of ${elsewhere.length}`);
  });
});
