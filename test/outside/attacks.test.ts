/** Plugins that try what they must not: each is held, named, and takes nothing else down. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { release } from 'node:os';
import { needs } from '../support/needs.ts';
import { CAPTURES, Folder, needsBuild, parseLines, UNACKD } from '../support/unackd.ts';
import type { JsonRecord } from '../support/read-records.ts';
import { PLUGINS } from './support/opened.ts';

interface Outcome {
  readonly status: number | null;
  readonly notices: readonly JsonRecord[];
  readonly log: string;
}

function textsOf({ notices }: Outcome, code: string): string[] {
  return notices.filter((notice) => notice['code'] === code).map(({ text }) => String(text));
}

/** The one that behaves was told everything, whatever the others did. */
function assertUndisturbed(outcome: Outcome): void {
  assert.equal(outcome.status, 0, outcome.log);
  const ends = textsOf(outcome, 'tally').filter((text) => text.startsWith('end'));
  assert.deepEqual(ends.length, 1);
  assert.match(ends[0], /^end: 2 attempts, 7 SYNs, /u);
}

describe('outside plugins: attacks', function () {
  this.timeout(90_000);
  const folder = new Folder();
  let server: Server;
  let port = 0;

  before(async function () {
    needsBuild(this);
    needs(this, process.platform === 'linux', 'needs Linux');
    server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    ({ port } = server.address() as AddressInfo);
  });

  after(() => {
    server.close();
    folder.remove();
  });

  /** One daemon, with a plugin for each attack and one that behaves. */
  function run(
    attacks: readonly (readonly [how: string, target: string | number])[],
    before: readonly string[] = [],
  ): Outcome {
    const bad = attacks.map(
      ([how, target]) =>
        `  ${how}: { use: ${PLUGINS}/attack.ts, from: [drop], how: ${how}, target: '${target}' }\n`,
    );
    const config = folder.file(
      'attacks.yaml',
      `sources: { drop: { use: pcap, path: ${CAPTURES}/drop.pcap } }
analysers:
  good: { use: ${PLUGINS}/tally.ts, from: [drop] }
${bad.join('')}sinks: { out: { use: jsonl, path: '-', from: [notices] } }
`,
    );
    const [command, ...args] = [...before, UNACKD, 'run', '--config', config];
    const { status, stdout, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 60_000,
    });
    return { status, notices: parseLines(stdout), log: stderr };
  }

  it('reach nothing that is not theirs', () => {
    const evil = folder.at('evil');
    const outcome = run([
      ['read', '/etc/passwd'],
      ['write', evil],
      ['exec', ''],
      ['kill', ''],
      ['sqlite', evil],
      ['addon', '/lib/x86_64-linux-gnu/libc.so.6'],
      ['worker', ''],
      ['ffi', ''],
      ['become', ''],
      ['connect', port],
    ]);
    assertUndisturbed(outcome);
    const said = textsOf(outcome, 'attack').map((text) => text.replace(/:.*/su, ''));
    assert.deepEqual(said.toSorted(), [
      'addon held',
      'become held',
      // What a socket says comes later.
      ...(said.includes('connect held') ? ['connect held'] : []),
      'exec held',
      'ffi held',
      'kill held',
      'read held',
      'sqlite held',
      'worker held',
      'write held',
    ]);
    assert.equal(existsSync(evil), false);
  });

  it("of the daemon's own user send it no signals (Landlock)", function () {
    needs(this, process.getuid?.() === 0, 'needs root, to be somebody else');
    const [major, minor] = release().split('.').map(Number);
    needs(this, major > 6 || (major === 6 && minor >= 12), 'needs Linux 6.12');
    chmodSync(folder.path, 0o755);
    const outcome = run(
      [['kill', '']],
      ['setpriv', '--reuid', '65533', '--regid', '65533', '--clear-groups'],
    );
    assertUndisturbed(outcome);
    assert.match(textsOf(outcome, 'attack')[0], /^kill held: /u);
  });

  it('that loop, hoard, end or throw are named with what they did', () => {
    const outcome = run([
      ['loop', ''],
      ['memory', ''],
      ['heap', ''],
      ['exit', ''],
      ['throw', ''],
      ['abort', ''],
    ]);
    assertUndisturbed(outcome);
    const failed = textsOf(outcome, 'plugin-failed');
    const expected: Readonly<Record<string, RegExp>> = {
      loop: /gave no sign for 2 s: an endless loop/u,
      memory: /took \d+ MiB of memory, and may have 256 MiB/u,
      heap: /took \d+ MiB of memory|was ended by SIG/u,
      exit: /ended itself with exit code 3/u,
      throw: /failed at attack\.ts:\d+:\d+: TypeError: on purpose/u,
      // Node draws its own stack as it aborts, and takes its time on a busy machine.
      abort: /was ended by SIGABRT|gave no sign/u,
    };
    for (const [how, what] of Object.entries(expected)) {
      const text = failed.find((one) => one.startsWith(`${how}: `)) ?? '';
      assert.match(text, what, `${how}: ${failed.join('\n')}`);
      assert.match(text, /it missed \d+ events?; it starts again in 0\.25 s$/u);
    }
  });

  it('that flood, print, lie or send garbage cost their own messages', () => {
    const outcome = run([
      ['flood', ''],
      ['print', ''],
      ['lie', ''],
      ['garbage', ''],
      ['no-json', ''],
    ]);
    assertUndisturbed(outcome);
    const failed = textsOf(outcome, 'plugin-failed').join('\n');
    assert.match(failed, /^flood: .* sent 100000 messages more than it may/mu);
    assert.match(
      failed,
      /^garbage: .* sent what is no message \(a message of 4294967295 bytes\)/mu,
    );
    assert.match(failed, /^no-json: .* sent what is no message/mu);
    const floods = outcome.notices.filter(({ text }) => text === 'more').length;
    assert.ok(floods <= 21_000, `${floods} of a million got through`);
    assert.ok(
      outcome.log.split('\n').filter((line) => line.includes(' print: line ')).length <= 20,
    );
    assert.match(outcome.log, /print: \(\d+ more lines are not shown/u);

    const refused = textsOf(outcome, 'plugin-refused').filter((text) => text.startsWith('lie: '));
    assert.deepEqual(
      refused.map((text) => text.replace(/^.*refused: (?<why>.*?);.*$/u, '$<why>')),
      [
        "'code' is \"Not A Code\", wanted is a word of a to z, 0 to 9 and '-', such as slow-port, in a message of type notice",
        "it emits a message of type incident, and 'emits' has only: notice",
        "null is no message: { type: 'notice', ... }",
      ],
    );
    const odd = outcome.notices.find((notice) => notice['code'] === 'odd');
    assert.deepEqual(Object.keys(odd ?? {}), ['type', 'code', 'time', 'text']);
    assert.equal(odd?.['text'], '[2J kept');
  });
});
