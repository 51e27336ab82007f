/** Throws as long as a file is there. */
import { existsSync } from 'node:fs';
import { defineAnalyser } from 'unackd';

export default defineAnalyser({
  api: 1,
  name: 'moody',
  doc: 'Fails while a file is there.',
  reads: ['attempt'],
  emits: ['notice'],
  options: { bad: { type: 'path', doc: 'The file.' } },
  create: ({ bad }, host) => {
    let seen = 0;
    return {
      attempt() {
        if (existsSync(bad)) throw new Error('a bad day');
        if (seen++ === 0) host.log('info', 'sees attempts');
        return undefined;
      },
    };
  },
});
