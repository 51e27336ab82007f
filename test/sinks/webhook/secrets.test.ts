/** Whatever a configuration's secrets are, nothing that people see has them. */
import assert from 'node:assert/strict';
import { CAPTURES, Folder, needsBuild, shell, unackd } from '../../support/unackd.ts';

const folder = new Folder();

/** Port 9 (discard) of the loopback: nobody answers there. */
const CONFIG = `sources:
  shop: { use: pcap, path: '${CAPTURES}/black-hole.pcap' }
sinks:
  history: { use: sqlite, path: hook.db, from: [attempts, incidents] }
  ops:
    use: webhook
    url: http://me:hunter2hunter2@127.0.0.1:9/services/Zx81hunter2hunter2
    secret: whsec_aHVudGVyMmh1bnRlcjI=
    headers: ['Authorization: Bearer hunter2hunter2', 'X-Scope-OrgID: tenant']
    timeout: 100ms
    from: [incidents]
log: { level: debug }
`;

const SECRETS = /hunter2|aHVudGVyMm/u;

describe('webhook: secrets', () => {
  before(function () {
    needsBuild(this);
    folder.file('hook.yaml', CONFIG);
  });

  after(() => folder.remove());

  it('check warns of each that stands in the file, shows none, and exits with 0', () => {
    const { status, stdout, stderr } = unackd(['check', folder.at('hook.yaml')]);
    assert.equal(status, 0);
    const places = [...stderr.matchAll(/^\S+:(\d+:\d+) warning literal-secret: '(\w+)'/gmu)];
    assert.deepEqual(
      places.map(([, place, name]) => `${place} ${name}`),
      ['7:20 url', '8:13 secret', '9:31 headers'],
    );
    assert.doesNotMatch(stdout + stderr, SECRETS);
  });

  it('taken from elsewhere there is nothing to warn of', () => {
    folder.file('key', 'whsec_aHVudGVyMmh1bnRlcjI=\n');
    folder.file(
      'clean.yaml',
      CONFIG.replace(/url: .*/u, "url: '${credential:url}'")
        .replace(/secret: .*/u, "secret: '${file:key}'")
        .replace('Bearer hunter2hunter2', 'Bearer ${TOKEN}'),
    );
    folder.file('url', 'https://hooks.slack.com/services/Zx81hunter2hunter2\n');
    const env = { TOKEN: 'hunter2', CREDENTIALS_DIRECTORY: folder.path };
    const { status, stdout, stderr } = unackd(['check', folder.at('clean.yaml')], { env });
    assert.deepEqual([status, stderr], [0, '']);
    assert.doesNotMatch(stdout, SECRETS);
  });

  it('a run whose receiver is away logs none of them', () => {
    const { stdout, stderr } = shell(
      'cd "$1"; "$U" run --config hook.yaml & sleep 3; kill $!; sleep 0.3; kill -9 $! 2>&-; wait',
      [folder.path],
    );
    assert.match(stderr, /ops.*127\.0\.0\.1:9/u);
    assert.doesNotMatch(stdout + stderr, SECRETS);
  });
});
