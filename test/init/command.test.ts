import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { noMounts, withFolder, withTmpfs } from '../sinks/places.ts';
import { needs } from '../support/needs.ts';
import { needsBuild, shell, UNACKD, unackd } from '../support/unackd.ts';

const SECRET = 'https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/abcdefghij0123456789';

describe('init', function () {
  this.timeout(20_000);

  before(function () {
    needsBuild(this);
  });

  it('--yes: a file that `check` takes, and what to do next', async () => {
    await withFolder((cwd) => {
      const { status, stdout, stderr } = unackd(['init', '--yes'], { cwd });
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^unackd\.yaml is written\. Next:$/mu);
      assert.match(stdout, /^ {2}unackd check unackd\.yaml$/mu);
      assert.match(stdout, /^ {2}sudo unackd run --config unackd\.yaml$/mu);
      assert.match(stdout, /^ {2}sudo unackd service install /mu);
      assert.deepEqual(readdirSync(cwd), ['unackd.yaml']);
      assert.equal(statSync(join(cwd, 'unackd.yaml')).mode & 0o777, 0o644);
      const checked = unackd(['check', 'unackd.yaml'], { cwd });
      assert.deepEqual([checked.status, checked.stderr], [0, '']);
      assert.match(checked.stdout, /history \(sqlite\): attempts, endpoints, incidents, notices/u);
    });
  });

  it('what flags say is in the file, and what is doubtful is told', async () => {
    await withFolder((cwd) => {
      const flags = [
        '-i',
        'nope0',
        '--expect',
        '10.1.0.1:443',
        '--webhook',
        SECRET,
        '--syslog',
        '/dev/log',
      ];
      const { status, stderr } = unackd(['init', ...flags, '--output', 'a.yaml'], { cwd });
      assert.equal(status, 0, stderr);
      assert.match(stderr, /a\.yaml:\d+:\d+ warning doubtful-value: .*no nope0/u);
      assert.match(stderr, /a\.yaml:\d+:\d+ warning literal-secret/u);
      assert.doesNotMatch(stderr, /abcdefghij0123456789/u);
      const path = join(cwd, 'a.yaml');
      assert.equal(statSync(path).mode & 0o777, 0o600);
      const text = readFileSync(path, 'utf8');
      assert.match(text, /expect: \[10\.1\.0\.1:443\]/u);
      assert.match(text, /preset: slack/u);
      assert.match(text, /transport: unix\n +path: \/dev\/log/u);
      assert.equal(unackd(['check', 'a.yaml'], { cwd }).status, 0);
    });
  });

  it('--output -: the file alone on standard output, nothing written', async () => {
    await withFolder((cwd) => {
      const { status, stdout } = unackd(['init', '--yes', '-o', '-'], { cwd });
      assert.equal(status, 0);
      const checked = unackd(['check', '-'], { cwd, input: stdout });
      assert.equal(checked.status, 0, checked.stderr);
      assert.deepEqual(readdirSync(cwd), []);
    });
  });

  it('without a terminal and without flags: says which, and writes nothing', async () => {
    await withFolder((cwd) => {
      const { status, stderr } = unackd(['init'], { cwd });
      assert.equal(status, 2);
      for (const flag of ['yes', 'interface', 'database', 'webhook', 'syslog', 'expect']) {
        assert.match(stderr, new RegExp(`--${flag}`, 'u'));
      }
      assert.deepEqual(readdirSync(cwd), []);
    });
  });

  it('a variable that is not set is told at its place, and nothing is written', async () => {
    await withFolder((cwd) => {
      const args = ['init', '--database', '${UNACKD_NOT_SET}/a.db'];
      const { status, stderr } = unackd(args, { cwd });
      assert.equal(status, 78);
      assert.match(stderr, /unackd\.yaml:\d+:\d+ error unset-variable/u);
      assert.deepEqual(readdirSync(cwd), []);
      assert.equal(unackd(args, { cwd, env: { UNACKD_NOT_SET: '/var' } }).status, 0);
      assert.match(
        readFileSync(join(cwd, 'unackd.yaml'), 'utf8'),
        /path: '\$\{UNACKD_NOT_SET\}\/a\.db'/u,
      );
    });
  });

  it('a service’s configuration has its own places, and takes no secret', async () => {
    const missing = unackd(['init', '--yes', '-o', '/etc/unackd-that-is-not-there/unackd.yaml']);
    assert.match(
      missing.stderr,
      /there is no folder \/etc\/unackd-that-is-not-there: make it first/u,
    );
    const { textFor, checkSecrets } = await import('../../src/init/written.ts');
    const { webhookSink } = await import('../../src/init/receivers.ts');
    const answers = { interfaces: null, database: null, sinks: [], expected: [] };
    const text = textFor(answers, '/etc/unackd/unackd.yaml', []);
    assert.match(text, /path: \/var\/lib\/unackd\/unackd\.db/u);
    assert.match(text, /listen: unix:\/run\/unackd\/admin\.sock/u);
    assert.throws(
      () => checkSecrets('/etc/unackd/a.yaml', [webhookSink(SECRET)]),
      /credentials\/webhook/u,
    );
    checkSecrets('/etc/unackd/a.yaml', [webhookSink('https://example.org/hook')]);
  });

  describe('a file that is there', () => {
    it('is written over with --force alone', async () => {
      await withFolder((cwd) => {
        unackd(['init', '--yes', '-i', 'one0'], { cwd });
        const before = readFileSync(join(cwd, 'unackd.yaml'), 'utf8');
        const again = unackd(['init', '--yes', '-i', 'two0'], { cwd });
        assert.equal(again.status, 74);
        assert.match(again.stderr, /unackd\.yaml is there already: --force writes over it/u);
        assert.equal(readFileSync(join(cwd, 'unackd.yaml'), 'utf8'), before);
        assert.equal(unackd(['init', '--yes', '-i', 'two0', '--force'], { cwd }).status, 0);
        assert.match(readFileSync(join(cwd, 'unackd.yaml'), 'utf8'), /interface: two0/u);
        assert.deepEqual(readdirSync(cwd), ['unackd.yaml']);
      });
    });

    it('stays where what would be written is wrong', async () => {
      await withFolder((cwd) => {
        unackd(['init', '--yes'], { cwd });
        const before = readFileSync(join(cwd, 'unackd.yaml'), 'utf8');
        const { status } = unackd(['init', '--force', '--database', '${UNACKD_NOT_SET}'], { cwd });
        assert.equal(status, 78);
        assert.equal(readFileSync(join(cwd, 'unackd.yaml'), 'utf8'), before);
      });
    });

    it('made by another one meanwhile: one of two wins, whole', async () => {
      await withFolder(async (cwd) => {
        const names = ['one0', 'two0', 'three0'];
        const codes = await Promise.all(
          names.map(async (name) => {
            const child = spawn(UNACKD, ['init', '--yes', '-i', name], { cwd, stdio: 'ignore' });
            const [code] = (await once(child, 'close')) as [number];
            return code;
          }),
        );
        assert.deepEqual(
          codes.toSorted((a, b) => a - b),
          [0, 74, 74],
        );
        const text = readFileSync(join(cwd, 'unackd.yaml'), 'utf8');
        assert.match(text, new RegExp(`interface: ${names[codes.indexOf(0)]} `, 'u'));
        assert.deepEqual(readdirSync(cwd), ['unackd.yaml']);
      });
    });

    it('that is a folder, or no file at all, is refused, with --force too', async () => {
      await withFolder((cwd) => {
        const folder = unackd(['init', '--yes', '--force', '-o', cwd]);
        assert.deepEqual(
          [folder.status, /is a folder: name the file/u.test(folder.stderr)],
          [74, true],
        );
        const device = unackd(['init', '--yes', '--force', '-o', '/dev/null']);
        assert.deepEqual([device.status, /is no file/u.test(device.stderr)], [74, true]);
        assert(statSync('/dev/null').isCharacterDevice());
        // A link is what gives way, not what it leads to.
        unackd(['init', '--yes', '-o', 'real.yaml'], { cwd });
        const before = readFileSync(join(cwd, 'real.yaml'), 'utf8');
        symlinkSync('real.yaml', join(cwd, 'link.yaml'));
        assert.equal(
          unackd(['init', '--yes', '-i', 'x0', '-o', 'link.yaml', '--force'], { cwd }).status,
          0,
        );
        assert.equal(readFileSync(join(cwd, 'real.yaml'), 'utf8'), before);
      });
    });
  });

  it('a folder that is not to be written, and a full disk: told, and nothing is left', async function () {
    const reason = noMounts();
    needs(this, reason === '', reason);
    await withFolder((folder) => {
      const closed = join(folder, 'closed');
      mkdirSync(closed);
      for (const path of [folder, closed]) chmodSync(path, 0o755);
      chownSync(closed, 0, 0);
      const { status, stderr } = shell(
        'cd "$1" && setpriv --reuid 65534 --clear-groups "$U" init --yes',
        [closed],
      );
      assert.equal(status, 77, stderr);
      assert.match(stderr, /unackd\.yaml: no permission to write there/u);
      assert.deepEqual(readdirSync(closed), []);
    });
    await withTmpfs('size=4k', (disk) => {
      const { status, stderr } = unackd(['init', '--yes', '-o', join(disk, 'a.yaml')]);
      assert.equal(status, 0, stderr);
      const more = unackd(['init', '--yes', '-o', join(disk, 'b.yaml')]);
      assert.equal(more.status, 74);
      assert.match(more.stderr, /b\.yaml: no space left/u);
      assert.deepEqual(readdirSync(disk), ['a.yaml']);
    });
  });
});
