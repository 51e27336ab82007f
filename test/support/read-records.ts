import type { SourceComponent } from '../../src/config/resolved.ts';
import { Engine } from '../../src/engine/engine.ts';
import { readConfigOf } from '../../src/engine/read-config.ts';
import type { Pipeline } from '../../src/engine/pipeline.ts';
import { defineSink, FrameBatch, toRecord } from '../../src/plugin/api.ts';
import type { SourceDefinition } from '../../src/plugin/api.ts';

const COLUMNS = ['offset', 'captured', 'wire', 'time', 'iface'] as const;

// A record as JSON has it: tests look into it freely.
export type JsonRecord = Record<string, unknown>;

export interface Read {
  /** Final ones. */
  readonly attempts: JsonRecord[];
  readonly endpoints: JsonRecord[];
  /** What people read beside the records, in the order of `endpoints`. */
  readonly told: { readonly story: string; readonly settle: string | null }[];
  readonly notices: JsonRecord[];
  /** Each change that was told, the last words among them; only where asked for. */
  readonly updates: JsonRecord[];
  readonly pipeline: Pipeline;
}

export interface ReadSettings {
  readonly vantage?: string;
  /** Attempts kept at once. */
  readonly table?: number;
  readonly updates?: boolean;
  /** Every frame is indexed, at most so many at a time: the source may lend no records. */
  readonly portion?: number;
}

/** The source hands on `most` frames at a time, and lends nothing. */
function portioned(component: SourceComponent, most: number): SourceComponent {
  const { definition } = component;
  const create: SourceDefinition['create'] = (options, host) => {
    const source = definition.create(options, host);
    const portion = new FrameBatch(most);
    return {
      interfaces: source.interfaces,
      async read(batch) {
        portion.count = 0;
        const more = await source.read(portion);
        batch.bytes = portion.bytes;
        batch.count = portion.count;
        for (const column of COLUMNS) batch[column].set(portion[column].subarray(0, portion.count));
        return more;
      },
      close: () => source.close?.(),
    };
  };
  return { ...component, definition: { ...definition, create } };
}

/** Runs files through the engine as `read` does: final attempts, endpoints, notices, as records. */
export async function readRecords(...files: string[]): Promise<Read> {
  return readRecordsWith({}, ...files);
}

export async function readRecordsWith(settings: ReadSettings, ...files: string[]): Promise<Read> {
  const attempts: JsonRecord[] = [];
  const endpoints: JsonRecord[] = [];
  const told: Read['told'] = [];
  const notices: JsonRecord[] = [];
  const updates: JsonRecord[] = [];
  const sink = defineSink({
    api: 1,
    name: 'collect',
    doc: 'Keeps records in memory.',
    options: {},
    reads: ['attempt', 'endpoint', 'notice'],
    create: () => ({
      attempt(a) {
        if (a.final) attempts.push(toRecord(a));
        if (settings.updates === true) updates.push(toRecord(a));
      },
      endpoint(e) {
        endpoints.push(toRecord(e));
        told.push({ story: e.story, settle: e.settle });
      },
      notice: (n) => notices.push(toRecord(n)),
    }),
  });
  const config = readConfigOf({
    files,
    vantage: settings.vantage ?? 'auto',
    incidents: true,
    sink,
  });
  const table = settings.table ?? config.flow.table;
  const { portion } = settings;
  const sources =
    portion === undefined
      ? config.sources
      : config.sources.map((source) => portioned(source, portion));
  const engine = new Engine({ ...config, sources, flow: { table } }, { log: () => undefined });
  await engine.run();
  return { attempts, endpoints, told, notices, updates, pipeline: engine.pipelines[0] };
}
