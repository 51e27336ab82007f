/** Runs a simulation through the pipeline and gives the judgement on each endpoint. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cause, Verdict } from '../../src/model/endpoint.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { simulate } from '../simulator/simulate.ts';
import type { Outage } from '../simulator/simulate.ts';
import { readRecords } from '../support/read-records.ts';

export interface Judged {
  readonly verdict: Verdict;
  readonly causes: readonly Cause[];
  readonly story: string;
  readonly settle: string | null;
}

export interface Judgement {
  readonly outages: readonly Outage[];
  /** By `10.1.0.1 8000`. */
  readonly endpoints: ReadonlyMap<string, Judged>;
  of(ip: string, port: number): Judged;
}

export async function judgeScenario(scenario: Scenario): Promise<Judgement> {
  const folder = mkdtempSync(join(tmpdir(), 'unackd-verdict-'));
  try {
    const { capture, outages } = simulate(scenario);
    const file = join(folder, 'capture.pcap');
    writeFileSync(file, capture);
    return { outages, ...(await judgeFile(file)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function judgeFile(file: string): Promise<Omit<Judgement, 'outages'>> {
  const read = await readRecords(file);
  const endpoints = new Map<string, Judged>();
  for (const [i, record] of read.endpoints.entries()) {
    const { server, verdict, causes } = record as unknown as Judged & {
      server: { ip: string; port: number };
    };
    endpoints.set(`${server.ip} ${server.port}`, { verdict, causes, ...read.told[i] });
  }
  const of = (ip: string, port: number): Judged => {
    const found = endpoints.get(`${ip} ${port}`);
    if (found === undefined) throw new Error(`${ip}:${port} was not judged`);
    return found;
  };
  return { endpoints, of };
}
