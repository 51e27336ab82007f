/** The bundled plugins pass the suite that outsiders' must pass. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from '../../src/engine/registry.ts';
import type { Written } from '../../src/plugin/conformance/defaults.ts';
import type { Finding } from '../../src/plugin/conformance/finding.ts';
import { conformance } from '../../src/plugin/conformance/suite.ts';

const root = join(import.meta.dirname, '../..');

/** What the plugins can't do without; nobody listens on port 9 of this machine. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, Written>>>> = {
  pcap: { path: join(root, 'config/examples/captures/black-hole.pcap') },
  live: { interface: 'lo' },
  sqlite: { path: 'unackd.db' },
  jsonl: { path: 'records.jsonl' },
  webhook: { url: 'http://127.0.0.1:9/' },
  syslog: { port: 9 },
};

describe('bundled plugins', () => {
  for (const kind of ['source', 'analyser', 'sink'] as const) {
    for (const name of bundled.names(kind)) {
      it(`${name} passes the conformance suite`, async function () {
        this.timeout(20_000);
        const folder = mkdtempSync(join(tmpdir(), 'unackd-suite-'));
        try {
          const findings: Finding[] = [];
          const request = {
            found: bundled.find(kind, name),
            options: OPTIONS[name] ?? {},
            folder,
            log: () => undefined,
          };
          for await (const finding of conformance(request)) findings.push(finding);
          assert.deepEqual(
            findings.filter(({ result }) => result === 'broken'),
            [],
          );
          assert.ok(findings.length > 2, 'nothing was looked at');
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    }
  }
});
