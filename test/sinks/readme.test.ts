/** What the READMEs show is run as it stands there. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { OptionSpec, PluginDefinition } from 'unackd';
import jsonl from '../../plugins/sinks/jsonl/plugin.ts';
import { openDatabase } from '../../plugins/sinks/sqlite/open.ts';
import sqlite from '../../plugins/sinks/sqlite/plugin.ts';
import syslog from '../../plugins/sinks/syslog/plugin.ts';
import webhook from '../../plugins/sinks/webhook/plugin.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Engine } from '../../src/engine/engine.ts';
import { bundled } from '../../src/engine/registry.ts';
import { withReceiver } from '../delivery/receiver.ts';
import { withFolder } from './places.ts';
import { query, rowsOf, TUNING } from './sqlite/database.ts';

const root = join(import.meta.dirname, '../..');

function readme(plugin: PluginDefinition): string {
  return readFileSync(join(root, 'plugins/sinks', plugin.name, 'README.md'), 'utf8');
}

function fences(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gmu)]
    .filter(([, found]) => found === language)
    .map(([, , body]) => body);
}

/** Runs a README's configuration over a capture in which port 8000 goes silent and comes back. */
async function run(folder: string, example: string): Promise<void> {
  const capture = join(root, 'config/examples/captures/black-hole.pcap');
  copyFileSync(capture, join(folder, 'handshakes.pcap'));
  const file = join(folder, 'unackd.yaml');
  writeFileSync(file, example);
  const { config, warnings } = loadConfig(file, bundled, false);
  assert.deepEqual(warnings, []);
  await new Engine(config, { log: () => {} }).run();
}

/** Runs with these environment variables. */
async function withVariables(
  variables: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  Object.assign(process.env, variables);
  try {
    await work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

/** As the table shows a default. */
function shown({ default: fallback, optional }: OptionSpec): string {
  if (fallback === undefined) return optional === true ? 'none' : 'required';
  return Array.isArray(fallback) && fallback.length === 0 ? 'none' : String(fallback);
}

/** Name and default of each option in the README's table. */
function optionTable(text: string): [name: string, fallback: string][] {
  const [, section] = /^## Options\n([^]*?)^(?:```|## )/mu.exec(text) ?? [];
  return [...section.matchAll(/^\| `(\w+)` +\| `?([^`|]+?)`? +\|/gmu)].map(([, name, fallback]) => [
    name,
    fallback,
  ]);
}

describe('sinks: READMEs', () => {
  for (const plugin of [jsonl, sqlite, webhook, syslog]) {
    it(`${plugin.name}: lists the options`, () => {
      const options = Object.entries(plugin.options).map(([name, spec]) => [name, shown(spec)]);
      assert.deepEqual(optionTable(readme(plugin)), options);
    });
  }

  it('jsonl: the example runs', async () => {
    await withFolder(async (folder) => {
      await run(folder, fences(readme(jsonl), 'yaml')[0]);
      const lines = readFileSync(join(folder, 'handshakes.jsonl'), 'utf8').trimEnd().split('\n');
      const types = new Set(lines.map((line) => (JSON.parse(line) as { type: string }).type));
      assert(types.has('attempt') && types.has('endpoint'), [...types].join());
    });
  });

  it('webhook: the examples run', async () => {
    await withReceiver(async ({ url, calls }) => {
      const variables = {
        HOOK_URL: url,
        HOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        HOOK_TOKEN: 't',
        ROUTING_KEY: 'k',
      };
      await withVariables(variables, async () => {
        const examples = fences(readme(webhook), 'yaml');
        assert.equal(examples.length, 2);
        for (const example of examples) await withFolder((folder) => run(folder, example));
      });
      for (const { headers } of calls) assert.match(headers['webhook-id'] as string, /^msg_/);
    });
  });

  it('syslog: the example runs', async () => {
    const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const SYSLOG_PORT = String((server.address() as AddressInfo).port);
    await withVariables({ SYSLOG_PORT }, () =>
      withFolder((folder) => run(folder, fences(readme(syslog), 'yaml')[0])),
    );
    server.close();
  });

  it('sqlite: the example runs, twice with the same rows, and so do the questions', async () => {
    await withFolder(async (folder) => {
      const text = readme(sqlite);
      const [example] = fences(text, 'yaml');
      const path = join(folder, 'unackd.db');
      const all = (): unknown[] =>
        ['attempts', 'endpoints', 'incidents', 'notices'].map((table) => rowsOf(path, table));
      await run(folder, example);
      const first = all();
      await run(folder, example);
      assert.deepEqual(all(), first);

      const questions = fences(text, 'sql');
      assert.equal(questions.length, 3);
      const [worst, steps, failed] = questions.map((sql) => query(path, sql));
      assert.equal(worst[0].server_port, 8000);
      assert(steps.length > 10);
      assert(steps.some((step) => step.established === 0 && Number(step.unanswered) > 0));
      assert(failed.every((row) => Number(row.syns) >= 1 && row.seconds_tried !== null));
      assert.equal(failed.length, 20);
    });
  });

  it('sqlite: names every column of every table', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      openDatabase(path, TUNING).close();
      const columns = query(
        path,
        `SELECT c.name AS name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'`,
      );
      const text = readme(sqlite);
      const missing = columns.filter(({ name }) => !text.includes(`\`${name}\``));
      assert.deepEqual(missing, []);
    });
  });
});
