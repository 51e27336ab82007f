/** Throws as long as a file is there. */
import { existsSync } from 'node:fs';
import { defineSink } from 'unackd';

export default defineSink({
  api: 1,
  name: 'moody-sink',
  doc: 'Fails while a file is there.',
  reads: ['incident', 'notice'],
  options: { bad: { type: 'path', doc: 'The file.' } },
  create: ({ bad }, host) => ({
    notice({ code }) {
      if (existsSync(bad)) throw new Error('a bad day');
      host.log('info', `takes ${code}`);
    },
  }),
});
