/** A database as the daemon leaves it: a simulated capture through the engine, with the analyser that tells incidents. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import blackHole from '../../plugins/analysers/black-hole/plugin.ts';
import icmpCorrelation from '../../plugins/analysers/icmp-correlation/plugin.ts';
import retrySchedule from '../../plugins/analysers/retry-schedule/plugin.ts';
import sqlite from '../../plugins/sinks/sqlite/plugin.ts';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { readConfig } from '../../src/config/read.ts';
import { registryOf } from '../../src/config/registry.ts';
import { Engine } from '../../src/engine/engine.ts';
import { people } from '../simulator/cast.ts';
import type { Scenario } from '../simulator/scenario.ts';
import type { Behaviour } from '../simulator/servers.ts';
import { simulate } from '../simulator/simulate.ts';
import type { JsonRecord } from '../support/read-records.ts';
import { parseLines, unackd } from '../support/unackd.ts';

export const registry = registryOf([pcap, retrySchedule, icmpCorrelation, blackHole, sqlite]);

const ANALYSERS = `analysers:
  retry: { use: retry-schedule }
  icmp: { use: icmp-correlation }
  holes: { use: black-hole }
`;

export const LOSS = { kind: 'random', rate: 0.01 } as const;

const TARGETS = ['10.1.0.1:443', '10.1.0.1:8000', '10.1.0.1:8002', '10.1.0.2:5432'];

/** 10.1.0.1:8000 behaves so from 60 s to 120 s of 180 s; three neighbours answer all the time. */
export function onePort(behaviour: Behaviour, more: Partial<Scenario> = {}): Scenario {
  return {
    seed: 'looking back',
    duration: 180,
    clients: people(4, TARGETS),
    endpoints: [
      { ip: '10.1.0.1', port: 8000, phases: [{ from: 60, until: 120, behaviour }] },
      { ip: '10.1.0.1', port: 443 },
      { ip: '10.1.0.1', port: 8002 },
      { ip: '10.1.0.2', port: 5432 },
    ],
    path: { lossToServer: LOSS, lossToClient: LOSS },
    ...more,
  };
}

/** The first incident of a database. */
export function incidentIn(db: string): JsonRecord {
  const { stdout } = unackd(['incidents', '--db', db, '--format', 'jsonl']);
  const [incident] = parseLines(stdout);
  return incident;
}

/** Files of one test: captures, databases, configurations. */
export class Archive {
  readonly folder = mkdtempSync(join(tmpdir(), 'unackd-history-'));

  at(name: string): string {
    return join(this.folder, name);
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  /** Writes `NAME.pcap`, runs it into `NAME.db`, and gives the database's path. */
  async record(name: string, scenario: Scenario): Promise<string> {
    this.file(`${name}.pcap`, simulate(scenario).capture);
    const text = `sources:
  eth0: { use: pcap, path: ${name}.pcap }
${ANALYSERS}sinks:
  history: { use: sqlite, path: ${name}.db, from: [attempts, endpoints, incidents, notices] }
`;
    const { config, faults } = readConfig(text, this.at(`${name}.yaml`), registry, {});
    if (config === null) throw new Error(faults.map(({ message }) => message).join('\n'));
    await new Engine(config, { log: () => undefined }).run();
    return this.at(`${name}.db`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
