/** Says each segment it is told, what it is told between them, and when it is woken. */
import { defineAnalyser, keepSegment, type Segment } from 'unackd';

export default defineAnalyser({
  api: 1,
  name: 'packets',
  doc: 'Says each segment.',
  reads: ['segment', 'attempt'],
  emits: ['notice'],
  options: {
    every: { type: 'duration', default: '10s', doc: 'Between two counts.' },
    fail_at: { type: 'int', default: 0, doc: 'Throws at this segment.' },
    spin: { type: 'int', default: 0, doc: 'Milliseconds that each thousandth segment takes.' },
    quiet: { type: 'bool', default: false, doc: 'Counts only.' },
  },
  create: ({ every, fail_at, spin, quiet }, host, emit) => {
    let segments = 0;
    const counted = host.counter('segments');
    const newest = host.gauge('newest_second');
    const say = (time: number, text: string): void => {
      emit({ type: 'notice', code: 'packets', time, text });
    };
    const told = (s: Segment): void => say(s.time, `segment ${JSON.stringify(keepSegment(s))}`);
    return {
      segment(s) {
        if (segments++ === 0) host.wakeAt(s.time + every);
        counted.add();
        newest.set(Math.floor(s.time / 1e6));
        if (segments === fail_at) throw new RangeError('enough');
        if (spin > 0 && segments % 1000 === 0) {
          const end = performance.now() + spin;
          while (performance.now() < end);
        }
        if (!quiet) told(s);
      },
      attempt(a) {
        if (!quiet) say(a.at, `attempt ${a.client.ip}:${a.client.port} ${a.outcome} ${a.final}`);
        return undefined;
      },
      advance(now) {
        say(now, `woken: ${segments}`);
        host.wakeAt(now + every);
      },
      end(now) {
        say(now, `end: ${segments}`);
      },
    };
  },
});
