/** What the README shows is run as it stands there. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pcap from '../../../plugins/sources/pcap/plugin.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { bundled } from '../../../src/engine/registry.ts';
import { Folder, pcapngOf, recordsFrom, START } from './octets.ts';

const root = join(import.meta.dirname, '../../..');
const readme = readFileSync(join(root, 'plugins/sources/pcap/README.md'), 'utf8');

describe('pcap: README', () => {
  const folder = new Folder();
  after(() => folder.remove());

  it('lists the options with their defaults', () => {
    const table = [...readme.matchAll(/^\| `(\w+)` +\| `?(\w+)`? +\|/gmu)].map(
      ([, name, fallback]) => [name, fallback],
    );
    const declared = Object.entries(pcap.options).map(([name, spec]) => [
      name,
      String(spec.default ?? 'required'),
    ]);
    assert.deepEqual(table, declared);
  });

  it('the example runs', async () => {
    const [, example] = /^```yaml\n([^]*?)^```$/mu.exec(readme) ?? [];
    const captures = join(folder.path, 'captures');
    mkdirSync(captures);
    copyFileSync(
      join(root, 'config/examples/captures/black-hole.pcap'),
      join(captures, 'black-hole.pcap'),
    );
    folder.put('captures/other.pcapng.gz', gzipSync(pcapngOf(recordsFrom(START, 3))));
    const { config, warnings } = loadConfig(folder.put('unackd.yaml', example), bundled, false);
    assert.deepEqual(warnings, []);
    await new Engine(config, { log: () => {} }).run();
    const lines = readFileSync(join(folder.path, 'handshakes.jsonl'), 'utf8').trim().split('\n');
    assert.ok(lines.length > 10, `${lines.length} lines`);
  });
});
