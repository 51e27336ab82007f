import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CAPTURES, Folder, needsBuild, UNACKD } from '../support/unackd.ts';

/** Some 600 KB of records: a pipe takes 64. */
const configOf = (path: string): string => `sources:
  all: { use: pcap, path: ${CAPTURES}/black-hole.pcap }
sinks:
  out: { use: jsonl, path: '${path}', from: [attempts, endpoints, incidents] }
`;

/** Waits until it has had time to get stuck, sends Ctrl-C, and waits for the end. */
async function interrupted(child: ChildProcess) {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', (status) => resolve(status));
  });
  await sleep(1200);
  assert.equal(child.exitCode, null, `it waits for its reader: ${stderr}`);
  const start = performance.now();
  child.kill('SIGINT');
  const code = await Promise.race([exit, sleep(5000, 'still there' as const)]);
  if (code === 'still there') child.kill('SIGKILL');
  return { code, stderr, after: performance.now() - start };
}

describe('daemon: a reader of its records that takes nothing', () => {
  let folder: Folder;
  before(function () {
    needsBuild(this);
    folder = new Folder();
  });
  after(() => folder.remove());

  for (const where of ['standard output', 'a named pipe'] as const) {
    it(`at ${where} does not keep Ctrl-C from ending it within a second`, async () => {
      const pipe = folder.at('pipe');
      let reader = -1;
      if (where === 'a named pipe') {
        execFileSync('mkfifo', [pipe]);
        reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      }
      const config = folder.file('x.yaml', configOf(reader < 0 ? '-' : pipe));
      const child = spawn(UNACKD, ['run', '-c', config], { stdio: ['ignore', 'pipe', 'pipe'] });
      const { code, stderr, after } = await interrupted(child);
      child.stdout?.destroy();
      if (reader >= 0) closeSync(reader);
      assert.equal(code, 0, stderr);
      assert.match(stderr, / error out: .*its reader takes nothing: \d+ lines were let go$/mu);
      assert.ok(after < 1000, `${after} ms`);
    });
  }
});
