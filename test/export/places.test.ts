/** `unackd export`: where packets come from, where they go, and what is said if they can't. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { Archive, incidentIn, onePort } from '../history/recorded.ts';
import { needs } from '../support/needs.ts';
import { needsBuild, shell, unackd } from '../support/unackd.ts';

const archive = new Archive();

describe('export: where from and where to', () => {
  let db = '';
  let id = '';
  let from: string[] = [];

  before(async function () {
    needsBuild(this);
    db = await archive.record('place', onePort({ kind: 'drop' }));
    id = String(incidentIn(db)['id']);
    from = ['--from', archive.at('place.pcap')];
  });

  after(() => archive.remove());

  it('the configuration names database and captures; a pipe takes the packets', () => {
    const text = `sources: { eth0: { use: pcap, path: place.pcap } }
sinks: { history: { use: sqlite, path: place.db, from: [attempts, incidents] } }
`;
    archive.file('place.yaml', text);
    const { status, stdout } = shell('cd "$1" && "$U" export "$2" -c place.yaml | "$U" read -', [
      archive.folder,
      id.slice(0, 6),
    ]);
    assert.equal(status, 0);
    assert.match(stdout, /^10\.1\.0\.1:8000 /mu);
  });

  it('explain names the command', () => {
    const { stdout } = unackd(['explain', id, '--db', db]);
    assert.ok(
      stdout.endsWith(
        `\nITS PACKETS\n  unackd export ${id.slice(0, 8)} --db ${db} --from CAPTURE -o ${id.slice(0, 8)}.pcapng\n`,
      ),
    );
  });

  it('standard input as a source is gone', () => {
    archive.file(
      'gone.yaml',
      `sources: { eth0: { use: pcap, path: '-' } }
sinks: { history: { use: sqlite, path: place.db, from: [attempts, incidents] } }
`,
    );
    const { status, stderr } = unackd(['export', id, '-c', archive.at('gone.yaml')]);
    assert.equal(status, 66);
    assert.match(
      stderr,
      /source 'eth0' reads standard input, which is gone; --from names captures/u,
    );
  });

  it('a capture that has nothing of it leaves no file', async () => {
    await archive.record('other', onePort({ kind: 'drop' }, { start: 1_800_000_000e6 }));
    const path = archive.at('none.pcapng');
    const other = ['--from', archive.at('other.pcap')];
    const { status, stderr } = unackd(['export', id, '--db', db, ...other, '-o', path]);
    assert.equal(status, 66);
    assert.match(
      stderr,
      /no packets of incident .* in .*other\.pcap: is that the capture that told it\?/u,
    );
    assert.deepEqual(
      readdirSync(archive.folder).filter((name) => /none|part/u.test(name)),
      [],
    );
  });

  it('what is there is replaced only by force, and never by a capture that is read', () => {
    const path = archive.file('there.pcapng', 'mine');
    const args = ['export', id, '--db', db, ...from, '-o', path];
    const refused = unackd(args);
    assert.equal(refused.status, 74);
    assert.match(refused.stderr, /there\.pcapng is there already: --force writes over it/u);
    assert.equal(readFileSync(path, 'utf8'), 'mine');
    assert.equal(unackd([...args, '--force']).status, 0);
    assert.notEqual(readFileSync(path, 'utf8'), 'mine');
    const itself = unackd(['export', id, '--db', db, ...from, '--force', '-o', from[1]]);
    assert.equal(itself.status, 2);
    assert.match(itself.stderr, /place\.pcap is read for this: choose another file/u);
  });

  const wrong: [name: string, more: () => string[], status: number, text: RegExp][] = [
    ['no capture is named', () => [], 2, /name the captures to take the packets from/u],
    ['a capture that is not there', () => ['--from', archive.at('no.pcap')], 66, /no such file/u],
    ['a folder', () => [...from, '-o', archive.folder], 74, /is a folder: name a file in it/u],
    [
      'a folder that is not there',
      () => [...from, '-o', archive.at('no/x.pcapng')],
      74,
      /does not exist: create it/u,
    ],
    ['an empty name', () => [...from, '-o', ''], 2, /-o is empty/u],
    ['no duration', () => [...from, '--around', 'soon'], 2, /--around wants a duration/u],
  ];
  for (const [name, more, status, text] of wrong) {
    it(`told: ${name}`, () => {
      const result = unackd(['export', id, '--db', db, ...more()]);
      assert.match(result.stderr, text);
      assert.equal(result.status, status);
      assert.equal(result.stdout, '');
    });
  }

  it('an id that there is not names the nearest', () => {
    const { status, stderr } = unackd(['export', 'zzzz', '--db', db, ...from]);
    assert.equal(status, 2);
    assert.match(stderr, /no incident 'zzzz' in .*; the nearest: /u);
  });

  it('a full disk is told, and nothing half stays', function () {
    needs(this, existsSync('/dev/full'), 'there is no /dev/full');
    const { status, stderr } = unackd(['export', id, '--db', db, ...from, '-o', '/dev/full']);
    assert.equal(status, 74);
    assert.match(stderr, /\/dev\/full: no space left/u);
  });

  it('no right to write there is told', function () {
    needs(this, process.getuid?.() !== 0, 'root may write anywhere');
    mkdirSync(archive.at('locked'), { mode: 0o500 });
    const { status } = unackd(['export', id, '--db', db, ...from, '-o', archive.at('locked/x')]);
    assert.equal(status, 77);
  });

  it('Ctrl-C leaves nothing', () => {
    const { stdout } = shell(
      `mkfifo "$1/slow"; cd "$1"
       (cat place.pcap; exec sleep 5) >slow & writer=$!
       "$U" export "$2" --db place.db --from slow -o stopped.pcapng 2>err & pid=$!
       sleep 0.7; kill -INT $pid; wait $pid; echo "code $?"; cat err; ls -A | grep -c stopped
       kill $writer`,
      [archive.folder, id],
    );
    assert.equal(stdout, 'code 130\nunackd: stopped; nothing was written\n0\n');
  });
});
