import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { withFolder } from '../sinks/places.ts';
import { needs } from '../support/needs.ts';
import { withReceiver } from './receiver.ts';

const root = join(import.meta.dirname, '../..');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('delivery: the built program', () => {
  it('tells a signed notice, with the secret from the environment', async function () {
    needs(this, existsSync(`${root}/build/main.js`), 'not built: npm run build');
    await withReceiver(async (receiver) => {
      await withFolder(async (folder) => {
        const file = join(folder, 'unackd.yaml');
        const capture = join(root, 'config/examples/captures/reject-hidden.pcap');
        writeFileSync(
          file,
          `log: { level: warn }
sources: { c: { use: pcap, path: ${capture} } }
sinks:
  history: { use: sqlite, path: unackd.db }
  ops: { use: webhook, url: '${receiver.url}', secret: '\${HOOK_SECRET}', from: [notices] }
`,
        );
        const child = spawn(process.execPath, [`${root}/build/main.js`, 'run', '--config', file], {
          env: { ...process.env, HOOK_SECRET: SECRET },
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        const said: string[] = [];
        child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
        const [code] = (await once(child, 'close')) as [number];
        assert.equal(said.join(''), '');
        assert.equal(code, 0);
        assert(receiver.calls.length > 0);
        const [{ text, headers, body }] = receiver.calls;
        new Webhook(SECRET).verify(text, headers as Record<string, string>);
        assert.equal(body.type, 'notice');
      });
    });
  });
});
