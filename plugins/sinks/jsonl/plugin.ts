import { defineSink, OptionError, toJsonLine } from 'unackd';
import type { Attempt, Endpoint, Incident, Notice, Sink } from 'unackd';
import { PatientLines } from './patient-lines.ts';
import { RotatingFile } from './rotating-file.ts';

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
    rotate_size: {
      type: 'size',
      optional: true,
      min: '4KiB',
      max: '1024GiB',
      doc: 'Length from which on the file is put aside as path.1, and a new one begun',
    },
    rotate_keep: {
      type: 'int',
      default: 5,
      min: 1,
      max: 1000,
      doc: 'Files put aside that are kept; the oldest goes',
    },
  },
  receiver: ({ path }) => ({ kind: 'file', path }),
  create: ({ path, rotate_size: size, rotate_keep: keep }, host): Sink => {
    if (size !== undefined && path === '-') {
      throw new OptionError("'rotate_size' is for a file, and 'path' is standard output");
    }
    const file = new RotatingFile(path, { size, keep }, host.ending);
    const lines = new PatientLines(file, path === '-' ? 'standard output' : path, host);
    const put = (message: Endpoint | Incident | Notice): void =>
      lines.put(toJsonLine(message), true);
    return {
      attempt: (attempt: Attempt): void => lines.put(toJsonLine(attempt), false),
      endpoint: put,
      incident: put,
      notice: put,
      flush: () => lines.flush(),
      health: () => lines.health,
      reopen: () => lines.reopen(),
      close: () => lines.close(),
    };
  },
});
