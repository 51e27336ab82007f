/** What a configuration names: databases, interfaces, sinks, plugins. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError, loadConfig } from '../config/load.ts';
import { lookForFiles } from '../config/look.ts';
import type { DaemonConfig, SinkComponent } from '../config/resolved.ts';
import { databasesOf } from '../daemon/databases.ts';
import { installed, examineDatabase } from '../engine/registry.ts';
import { formatBytes } from '../face/count.ts';
import { fail, messageOf, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';
import { lookAtPlugins } from './plugins.ts';
import { reach } from './reach.ts';
import { sendTest } from './send.ts';

/** Free space below which a database may soon be full: some days of a busy link. */
const SPACE_WARNED = 512e6;
const SPACE_LEAST = 16e6;

const FAULTS_SHOWN = 8;

/** Its first line, as `check` renders it. */
const FAULT = /^.+:\d+:\d+ (?<severity>error|warning) [a-z0-9-]+: /u;

/** @param send a test alert through each sink that tells somebody */
export async function lookAtConfiguration(file: string, send: boolean): Promise<Finding[]> {
  let config: DaemonConfig;
  const findings: Finding[] = [];
  const mend = `unackd check --config ${file} shows each with its line`;
  try {
    const loaded = loadConfig(file, installed, false, lookForFiles);
    ({ config } = loaded);
    findings.push(...faultFindings(file, loaded.warnings, mend));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (error.exitCode !== 78) return [fail('configuration', messageOf(error))];
    const faults = error.message.split('\n').filter((line) => FAULT.test(line));
    return faultFindings(file, faults, mend);
  }
  findings.push(...lookAtPlugins(config), ...lookAtDatabases(config));
  for (const sink of config.sinks) findings.push(...(await lookAtSink(sink, config, send)));
  return findings;
}

/** @param faults of which only the first line of each is shown */
function faultFindings(file: string, faults: readonly string[], mend: string): Finding[] {
  const check = 'configuration';
  if (faults.length === 0) return [ok(check, `${file}: no errors`)];
  // Errors first: they are what keeps it from running.
  const errors = faults.filter((text) => FAULT.exec(text)?.groups?.['severity'] === 'error');
  const ordered = [...errors, ...faults.filter((text) => !errors.includes(text))];
  const findings = ordered.map((text, i) =>
    (i < errors.length ? fail : warn)(check, messageOf(text), mend),
  );
  const more = findings.length - FAULTS_SHOWN;
  if (more <= 0) return findings;
  return [...findings.slice(0, FAULTS_SHOWN), warn(check, `${file}: ${more} more`, mend)];
}

function lookAtDatabases(config: DaemonConfig): Finding[] {
  const paths = databasesOf(config);
  if (paths.size === 0) {
    const text = 'none: incidents wait in memory, and a restart forgets what was learnt';
    return [warn('database', text, "add a sqlite sink, or set 'state' to a file")];
  }
  return [...paths].map((path) => lookAtDatabase(path));
}

function lookAtDatabase(path: string): Finding {
  const check = 'database';
  try {
    const { bytes, damage, unchecked, version, newest, holder } = examineDatabase(path);
    const { bavail, bsize } = statfsSync(dirname(path));
    const free = bavail * bsize;
    const space = `${formatBytes(free)} free`;
    if (damage !== null) {
      const mend = `stop unackd, then: sqlite3 ${path} .recover | sqlite3 NEW`;
      return fail(check, `${path} is damaged: ${damage}`, mend);
    }
    if (free < SPACE_LEAST) return fail(check, `${path}: ${space}`, 'make room');
    const what =
      bytes === null
        ? 'will be created'
        : `${formatBytes(bytes)}, can be written, ${unchecked ? 'too large to be checked here' : 'whole'}`;
    const old =
      version < newest
        ? `, schema ${version} is brought to ${newest} at the start, after a copy`
        : '';
    const who =
      holder === null
        ? ''
        : `; process ${holder.pid} runs on it${holder.command === null ? '' : ` (${holder.command})`}`;
    const text = `${path}: ${what}${old}${who}; ${space}`;
    if (free < SPACE_WARNED) {
      return warn(check, text, "make room, or set the sink's 'max_size' or 'retention'");
    }
    return ok(check, text);
  } catch (error) {
    return fail(check, messageOf(error));
  }
}

async function lookAtSink(
  sink: SinkComponent,
  config: DaemonConfig,
  send: boolean,
): Promise<Finding[]> {
  const { id, definition, options } = sink;
  const check = `sink ${id}`;
  // Looked at as a database.
  if (definition.name === 'sqlite') return [];
  try {
    const receiver = definition.receiver?.(options as never);
    const found = receiver === undefined ? 'does not say where it goes' : await reach(receiver);
    const sent = send ? await sendTest(sink, config) : null;
    return [ok(check, sent === null ? found : `${found}; ${sent}`)];
  } catch (error) {
    const mend = `see 'sinks.${id}' in the configuration, and whether its receiver runs`;
    return [fail(check, messageOf(error), mend)];
  }
}
