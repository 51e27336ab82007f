/** Remembers how many attempts it was told of, over restarts; fails when it is asked to. */
import { defineAnalyser } from 'unackd';

export default defineAnalyser({
  api: 1,
  name: 'keeper',
  doc: 'Counts attempts, over restarts.',
  reads: ['attempt'],
  emits: ['notice'],
  remembers: 1,
  options: {
    fail_at: {
      type: 'int',
      default: 0,
      doc: 'Throws at this attempt of an instance; 0 for never.',
    },
  },
  create: ({ fail_at: failAt }, host, emit) => {
    const before = Number(host.remembered?.get('count') ?? 0);
    let here = 0;
    return {
      attempt({ final, at }) {
        if (!final) return undefined;
        here++;
        if (here === failAt) throw new RangeError('enough');
        emit({ type: 'notice', code: 'count', time: at, text: `${before} + ${here}` });
        return undefined;
      },
      save: (memory) => memory.set('count', before + here),
    };
  },
});
