/** A sink in a process of its own: what is told reaches it, in order, over its failures. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPTURES, Folder, needsBuild, unackd } from '../support/unackd.ts';

describe('outside plugins: sinks', function () {
  this.timeout(60_000);
  const folder = new Folder();
  const file = folder.at('out.txt');

  before(function () {
    needsBuild(this);
    // Root's plugins run as nobody.
    chmodSync(folder.path, 0o755);
  });

  after(() => folder.remove());

  function run(
    more: string,
    exits = 0,
  ): { readonly lines: readonly string[]; readonly log: string } {
    writeFileSync(file, '');
    chmodSync(file, 0o666);
    const config = folder.file(
      'c.yaml',
      `sources: { x: { use: pcap, path: ${CAPTURES}/black-hole.pcap } }
names: { '10.1.0.1:443': shop }
sinks:
  out:
    use: ${join(import.meta.dirname, 'plugins/lines.ts')}
    file: ${file}
    from: [attempts, endpoints, incidents, notices]
    ${more}
`,
    );
    const { status, stderr } = unackd(['run', '--config', config]);
    assert.equal(status, exits, stderr);
    return { lines: readFileSync(file, 'utf8').trimEnd().split('\n'), log: stderr };
  }

  it('take all records, and are closed', () => {
    const { lines } = run(`permissions: { write: [${file}] }`);
    assert.ok(lines.filter((line) => line.startsWith('attempt established')).length > 50);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('incident')),
      ['incident black-hole firing', 'incident black-hole resolved'],
    );
    assert.ok(lines.some((line) => line.startsWith('endpoint')));
    assert.equal(lines.at(-1), 'closed');
  });

  it('that fail at an incident get it again', () => {
    const { lines, log } = run(`permissions: { write: [${file}] }\n    fail_at: 2`);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('incident')),
      ['incident black-hole firing', 'incident black-hole resolved'],
    );
    assert.match(log, /out: plugin lines failed at lines\.ts:\d+:\d+: not this one/u);
  });

  it('that fail at the end fail the run', () => {
    const { log } = run(`permissions: { write: [${file}] }\n    fail_at: -1`, 74);
    assert.match(log, /^unackd: out: its plugin failed at the end$/mu);
  });

  it('without the right to write say so, and that what they missed is output that failed', () => {
    const { lines, log } = run('permissions: {}', 74);
    assert.match(
      log,
      /^unackd: out: its plugin failed too often, and was off; \d+ records did not reach it; incidents/mu,
    );
    assert.deepEqual(lines, ['']);
    assert.match(
      log,
      /lines\.ts:\d+:\d+: no permission to write .*out\.txt; to grant it: permissions/u,
    );
  });
});
