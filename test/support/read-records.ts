import { Engine } from '../../src/engine/engine.ts';
import { readConfigOf } from '../../src/engine/read-config.ts';
import type { Pipeline } from '../../src/engine/pipeline.ts';
import { defineSink, toRecord } from '../../src/plugin/api.ts';

// A record as JSON has it: tests look into it freely.
export type JsonRecord = Record<string, unknown>;

export interface Read {
  readonly attempts: JsonRecord[];
  readonly endpoints: JsonRecord[];
  readonly notices: JsonRecord[];
  readonly pipeline: Pipeline;
}

/** Runs files through the engine as `read` does: final attempts, endpoints, notices, as records. */
export async function readRecords(...files: string[]): Promise<Read> {
  const attempts: JsonRecord[] = [];
  const endpoints: JsonRecord[] = [];
  const notices: JsonRecord[] = [];
  const sink = defineSink({
    api: 1,
    name: 'collect',
    doc: 'Keeps records in memory.',
    options: {},
    reads: ['attempt', 'endpoint', 'notice'],
    create: () => ({
      attempt(a) {
        if (a.final) attempts.push(toRecord(a));
      },
      endpoint: (e) => endpoints.push(toRecord(e)),
      notice: (n) => notices.push(toRecord(n)),
    }),
  });
  const engine = new Engine(readConfigOf({ files, vantage: 'auto', sink }), { log: () => undefined });
  await engine.run();
  return { attempts, endpoints, notices, pipeline: engine.pipelines[0] };
}
