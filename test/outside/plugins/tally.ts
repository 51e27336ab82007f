/** Says what it is told, and when it is woken. */
import { defineAnalyser } from 'unackd';

export default defineAnalyser({
  api: 1,
  name: 'tally',
  doc: 'Says what it is told.',
  reads: ['attempt', 'notice'],
  emits: ['notice'],
  options: { every: { type: 'duration', default: '10s', doc: 'Between two counts.' } },
  create: ({ every }, host, emit) => {
    let attempts = 0;
    let syns = 0;
    let notices = 0;
    const say = (time: number, text: string): void => {
      emit({ type: 'notice', code: 'tally', time, text });
    };
    const counts = (): string => `${attempts} attempts, ${syns} SYNs, ${notices} notices`;
    return {
      syn(attempt) {
        if (syns++ === 0) host.wakeAt(attempt.time + every);
      },
      attempt(attempt) {
        attempts++;
        say(attempt.at, `${attempt.outcome} ${attempt.syns} ${attempt.final}`);
        return undefined;
      },
      notice() {
        notices++;
      },
      advance(now) {
        say(now, `woken: ${counts()}`);
        host.wakeAt(now + every);
      },
      end(now) {
        say(now, `end: ${counts()}; finite ${host.capture.finite}`);
      },
    };
  },
});
