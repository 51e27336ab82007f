/** The examples in plugins/examples pass what they are examples of. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptionSpec, PluginDefinition } from 'unackd';
import { fencesOf, tableOf } from '../docs/fences.ts';
import { CAPTURES, needsBuild, ROOT } from '../support/unackd.ts';
import { unackdIn } from './command.ts';
import { startTaker } from './taker.ts';

/** Where the ntfy example's README has a server of ntfy. */
const NTFY = 'ntfy.internal:2586';

const examples = join(ROOT, 'plugins/examples');

/** As the tables show a default. */
function shown({ default: usual, optional }: OptionSpec): string {
  if (usual === undefined) return optional === true ? 'none' : 'required';
  return Array.isArray(usual) && usual.length === 0 ? 'none' : String(usual);
}

describe('plugins/examples', () => {
  let taker: Awaited<ReturnType<typeof startTaker>>;
  before(async function () {
    needsBuild(this);
    taker = await startTaker();
  });
  after(() => taker.end());

  /** What `plugin check` is told besides. */
  function more(name: string): readonly string[] {
    if (name !== 'ntfy') return [];
    const place = `localhost:${taker.port}`;
    return ['--net', place, '--option', `url=http://${place}/ops`];
  }

  for (const name of readdirSync(examples)) {
    const folder = join(examples, name);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');

    it(`${name}: passes the suite and its own tests`, () => {
      const { status, shown: text } = unackdIn(
        folder,
        'plugin',
        'check',
        `./${name}.ts`,
        ...more(name),
      );
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
        const capture = join(CAPTURES, 'black-hole.pcap');
        cpSync(capture, join(work, 'handshakes.pcap'));
        cpSync(join(examples, 'tcpdump-text/example.txt'), join(work, 'ticket.txt'));
        mkdirSync(join(work, 'metrics'));
        // Root's plugins run as nobody.
        chmodSync(join(work, 'metrics'), 0o777);
        const example = fencesOf(readme).find(({ language }) => language === 'yaml')!;
        const body = example.body.replaceAll(NTFY, `localhost:${taker.port}`);
        writeFileSync(join(work, 'unackd.yaml'), body);
        const checked = unackdIn(work, 'check', 'unackd.yaml');
        assert.equal(checked.status, 0, checked.shown);
        const ran = unackdIn(work, 'run', '--config', 'unackd.yaml', '--no-progress');
        assert.equal(ran.status, 0, ran.shown);
        assert.doesNotMatch(ran.shown, /failed| error /u);
      } finally {
        rmSync(work, { recursive: true });
      }
    });
  }
});
