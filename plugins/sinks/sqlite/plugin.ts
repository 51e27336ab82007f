import { defineSink } from 'unackd';
import type { Sink } from 'unackd';
import { openDatabase } from './open.ts';
import { Patient } from './patient.ts';
import type { Keeper } from './retention.ts';
import type { SizeBound } from './size-bound.ts';
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
    retention: {
      type: 'duration',
      optional: true,
      min: '1m',
      doc: 'How long attempts and notices are kept, by their own time; left out, for ever',
    },
    retention_schedule: {
      type: 'string',
      default: '17 3 * * *',
      doc: 'When older ones are deleted, besides at the start: as cron has it, local time',
    },
    max_size: {
      type: 'size',
      optional: true,
      min: '1MiB',
      max: '1024GiB',
      doc: 'Size of the file from which on the oldest attempts go',
    },
  },
  receiver: ({ path }) => ({ kind: 'file', path }),
  create: ({ path, batch, synchronous, page_cache: pageCache, ...limits }, host): Sink => {
    const tell = (text: string): void => host.log('info', `${path}: ${text}`);
    const db = openDatabase(path, { synchronous, pageCache, tell });
    let bound: SizeBound | undefined;
    let keeper: Keeper | undefined;
    const writer = new Patient(new Writer(db, path, batch, () => bound?.check()), host);
    // node-cron is loaded only where something is to be kept small.
    const start = async (): Promise<void> => {
      if (limits.max_size !== undefined) {
        const { SizeBound } = await import('./size-bound.ts');
        bound = new SizeBound(db, limits.max_size, host);
      }
      if (limits.retention === undefined) return;
      const { Keeper } = await import('./retention.ts');
      const retention = { keep: limits.retention, schedule: limits.retention_schedule };
      keeper = new Keeper(db, path, retention, host);
    };
    const limited = limits.max_size !== undefined || limits.retention !== undefined;
    let starting: Promise<void> | undefined = limited ? start() : undefined;
    // What goes wrong is told by the first flush.
    starting?.catch(() => {});
    return {
      attempt: (attempt) => writer.attempt(attempt),
      endpoint: (endpoint) => writer.endpoint(endpoint),
      incident: (incident) => writer.incident(incident),
      notice: (notice) => writer.notice(notice),
      health: () => writer.health(),
      flush: () => {
        writer.flush();
        const started = starting;
        starting = undefined;
        return started;
      },
      close: async () => {
        await starting?.catch(() => {});
        await keeper?.stop();
        writer.close();
      },
    };
  },
});
