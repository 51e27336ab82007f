/** Writes a line for each record into the file that it may write. */
import { appendFileSync } from 'node:fs';
import { defineSink } from 'unackd';

export default defineSink({
  api: 1,
  name: 'lines',
  doc: 'A line a record.',
  reads: ['attempt', 'endpoint', 'incident', 'notice'],
  options: {
    file: { type: 'path', doc: 'Where to.' },
    fail_at: {
      type: 'int',
      default: 0,
      doc: 'Throws at this incident of an instance; -1: at its end.',
    },
  },
  create: ({ file, fail_at: failAt }, host) => {
    let incidents = 0;
    const write = (line: string): void => appendFileSync(file, `${line}\n`);
    return {
      finalOnly: true,
      attempt: ({ outcome }) => write(`attempt ${outcome}`),
      endpoint: ({ server, verdict }) => {
        write(`endpoint ${host.nameOf(server.ip, server.port) ?? server.ip} ${verdict}`);
      },
      incident: ({ kind, state }) => {
        incidents++;
        if (incidents === failAt) throw new Error('not this one');
        write(`incident ${kind} ${state}`);
      },
      notice: ({ code }) => write(`notice ${code}`),
      close: () => {
        if (failAt < 0) throw new Error('not at all');
        write('closed');
      },
    };
  },
});
