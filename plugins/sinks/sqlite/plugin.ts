import { defineSink } from 'unackd';
import { openDatabase } from './open.ts';
import { Writer } from './writer.ts';

export default defineSink({
  api: 1,
  name: 'sqlite',
  doc: 'Keeps attempts, endpoints, incidents and notices in an SQLite database.',
  reads: ['attempt', 'endpoint', 'incident', 'notice'],
  options: {
    path: { type: 'path', doc: 'Database file; created where there is none' },
    batch: {
      type: 'int',
      default: 5000,
      min: 1,
      max: 100_000,
      doc: 'Rows that may wait in memory, and so the most that one transaction writes',
    },
    synchronous: {
      type: 'enum',
      values: ['normal', 'full'],
      default: 'normal',
      doc: 'What a power cut may cost: the last batches (normal), or nothing, at an fsync a batch (full)',
    },
    page_cache: {
      type: 'size',
      default: '16MiB',
      min: '1MiB',
      max: '4GiB',
      doc: 'Database pages kept in memory',
    },
  },
  create: ({ path, batch, synchronous, page_cache: pageCache }) =>
    new Writer(openDatabase(path, { synchronous, pageCache }), path, batch),
});
