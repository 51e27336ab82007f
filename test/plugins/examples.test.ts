/** The examples in plugins/examples pass what they are examples of. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { OptionSpec, PluginDefinition } from 'unackd';
import { fencesOf, tableOf } from '../docs/fences.ts';
import { needs } from '../support/needs.ts';

const root = resolve(import.meta.dirname, '../..');
const examples = join(root, 'plugins/examples');
const isBuilt = existsSync(join(root, 'build/main.js'));

function unackd(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(root, 'bin/unackd'), args, {
    cwd,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, shown: stdout + stderr };
}

/** As the tables show a default. */
function shown({ default: usual }: OptionSpec): string {
  if (usual === undefined) return 'required';
  return Array.isArray(usual) && usual.length === 0 ? 'none' : String(usual);
}

describe('plugins/examples', () => {
  before(function () {
    needs(this, isBuilt, 'not built: npm run build');
  });

  for (const name of readdirSync(examples)) {
    const folder = join(examples, name);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');

    it(`${name}: passes the suite and its own tests`, () => {
      const { status, shown: text } = unackd(folder, 'plugin', 'check', `./${name}.ts`);
      assert.equal(status, 0, text);
      assert.match(text, /^ok {4}test: /mu);
    });

    it(`${name}: its README lists the options`, async () => {
      const { default: plugin } = (await import(join(folder, `${name}.ts`))) as {
        readonly default: PluginDefinition;
      };
      const options = Object.entries(plugin.options);
      assert.deepEqual(
        tableOf(readme, 'option'),
        options.map(([option, spec]) => [option, shown(spec), spec.doc]),
      );
    });

    it(`${name}: its README's configuration runs`, () => {
      const work = mkdtempSync(join(tmpdir(), 'unackd-example-'));
      try {
        chmodSync(work, 0o755);
        cpSync(folder, join(work, name), { recursive: true });
        const capture = join(root, 'config/examples/captures/black-hole.pcap');
        cpSync(capture, join(work, 'handshakes.pcap'));
        cpSync(join(examples, 'tcpdump-text/example.txt'), join(work, 'ticket.txt'));
        mkdirSync(join(work, 'metrics'));
        // Root's plugins run as nobody.
        chmodSync(join(work, 'metrics'), 0o777);
        const example = fencesOf(readme).find(({ language }) => language === 'yaml')!;
        writeFileSync(join(work, 'unackd.yaml'), example.body);
        const checked = unackd(work, 'check', 'unackd.yaml');
        assert.equal(checked.status, 0, checked.shown);
        const ran = unackd(work, 'run', '--config', 'unackd.yaml', '--no-progress');
        assert.equal(ran.status, 0, ran.shown);
        assert.doesNotMatch(ran.shown, /failed| error /u);
      } finally {
        rmSync(work, { recursive: true });
      }
    });
  }
});
