/** Notes on attempts. */
import { defineAnalyser } from 'unackd';

export default defineAnalyser({
  api: 1,
  name: 'noting',
  doc: 'Notes how many attempts there were, on some of them.',
  reads: ['attempt'],
  emits: [],
  options: {
    stuck: { type: 'bool', default: false, doc: 'Takes 1.5 s for the tenth.' },
    wrong: { type: 'bool', default: false, doc: 'Notes what can not be.' },
  },
  create: ({ stuck, wrong }) => {
    let attempts = 0;
    return {
      attempt({ outcome }) {
        attempts++;
        if (stuck && attempts === 10) {
          const end = performance.now() + 1500;
          while (performance.now() < end);
        }
        if (wrong) return { notes: { deep: { er: 1 } } as never };
        return attempts % 3 === 0
          ? undefined
          : { notes: { number: attempts, good: outcome === 'established' } };
      },
    };
  },
});
