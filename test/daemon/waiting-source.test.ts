import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CAPTURES, Folder, needsBuild, parseLines, unackd } from '../support/unackd.ts';
import { Running } from './running.ts';

const CONFIG = `sources:
  pipe: { use: pcap, path: ./pipe }
sinks:
  history: { use: sqlite, path: ./unackd.db, from: [attempts, incidents] }
`;

describe('daemon: a source that waits for its next packet', () => {
  let folder: Folder;
  before(function () {
    needsBuild(this);
    folder = new Folder();
  });
  after(() => folder.remove());

  it('does not keep what it brought before from the database', async () => {
    execFileSync('mkfifo', [folder.at('pipe')]);
    const daemon = new Running(folder.file('x.yaml', CONFIG));
    // Its port has gone silent by the middle of it.
    const bytes = readFileSync(`${CAPTURES}/black-hole.pcap`);
    const pipe = createWriteStream(folder.at('pipe'));
    pipe.on('error', () => {}).write(bytes.subarray(0, bytes.length / 2));
    try {
      const told = (): string =>
        unackd(['incidents', '--db', folder.at('unackd.db'), '--format', 'jsonl']).stdout;
      let text = '';
      for (let tries = 0; tries < 20 && text === ''; tries++) {
        await sleep(100);
        text = told();
      }
      const incidents = parseLines(text).map(({ kind, state }) => ({ kind, state }));
      assert.deepEqual(incidents, [{ kind: 'black-hole', state: 'firing' }], daemon.stderr);
    } finally {
      pipe.destroy();
      assert.equal(await daemon.end('SIGTERM'), 0, daemon.stderr);
    }
  });
});
