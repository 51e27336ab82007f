import { defineSink, toJsonLine } from 'unackd';
import type { Attempt, Endpoint, Incident, Notice, Sink } from 'unackd';
import { LineFile } from './line-file.ts';
import { openLineFile } from './open.ts';

export default defineSink({
  api: 1,
  name: 'jsonl',
  doc: 'Writes records as JSON lines to a file, a pipe or standard output.',
  reads: ['attempt', 'endpoint', 'incident', 'notice'],
  options: {
    path: {
      type: 'path',
      doc: 'File to append to, created at start; `-` is standard output',
    },
  },
  create: ({ path }): Sink => {
    const lines: LineFile = openLineFile(path);
    const put = (message: Attempt | Endpoint | Incident | Notice): void =>
      lines.put(toJsonLine(message));
    return {
      attempt: put,
      endpoint: put,
      incident: put,
      notice: put,
      flush: () => lines.flush(),
      close: () => lines.close(),
    };
  },
});
