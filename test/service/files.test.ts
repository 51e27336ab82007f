/** What `service install` writes below a folder, as packages have it written. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { Folder, needsBuild, shell, unackd } from '../support/unackd.ts';
import type { Result } from '../support/unackd.ts';

const UNIT = 'etc/systemd/system/unackd.service';
const CONFIG = 'etc/unackd/unackd.yaml';
const ROTATION = 'etc/logrotate.d/unackd';

describe('service install, below a folder', () => {
  const folder = new Folder();
  const at = (path: string): string => join(folder.path, path);

  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  function install(...args: string[]): Result {
    const program = ['--program', '/usr/bin/unackd'];
    return unackd(['service', 'install', '--root', folder.path, ...program, ...args]);
  }

  it('writes nothing in a dry run, and shows all', () => {
    const { status, stdout, stderr } = install('--dry-run');
    assert.equal(status, 0, stderr);
    for (const path of [UNIT, CONFIG])
      assert.match(stdout, new RegExp(`^# /${path}: written`, 'mu'));
    assert.match(stdout, /^ExecStart=\/usr\/bin\/unackd run /mu);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('writes what the service needs, and the configuration passes the check', () => {
    const { status, stdout, stderr } = install();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\/etc\/systemd\/system\/unackd\.service: written$/mu);
    assert.equal(statSync(at('etc/unackd/credentials')).mode & 0o777, 0o700);
    assert.equal(statSync(at(CONFIG)).mode & 0o777, 0o644);
    assert.equal(unackd(['check', at(CONFIG)]).status, 0);
    assert.ok(!existsSync(at(ROTATION)), 'no sink writes a file that grows for ever');
  });

  it('changes nothing the second time', () => {
    const { stdout } = install();
    assert.doesNotMatch(stdout, /written|replaced|removed/u);
    assert.equal(stdout.match(/: unchanged$/gmu)?.length, 3);
  });

  it('is whole though nobody can be told, and says so in the end', function () {
    needs(this, existsSync('/dev/full'), 'there is no /dev/full');
    const root = new Folder();
    const full = (...args: string[]): Result =>
      shell('exec "$U" service "$@" >/dev/full', [...args, '--root', root.path]);
    const installed = full('install', '--program', '/usr/bin/unackd');
    assert.equal(installed.stderr, "unackd: can't write the output: no space left on device\n");
    assert.equal(installed.status, 74);
    for (const path of [CONFIG, UNIT]) assert.ok(existsSync(join(root.path, path)), path);
    assert.equal(full('uninstall').status, 74);
    assert.ok(!existsSync(join(root.path, UNIT)));
    root.remove();
  });

  it('replaces its unit, and never a configuration', () => {
    const own = `sources:\n  all: { use: live, interface: any }\nsinks:\n  out: { use: jsonl, path: /var/log/unackd/out.jsonl }\n  small: { use: jsonl, path: small.jsonl, rotate_size: 1MiB }\n  beside: { use: jsonl, path: beside.jsonl }\n`;
    writeFileSync(at(CONFIG), own);
    writeFileSync(at(UNIT), '[Service]\n');
    const { stdout } = install();
    assert.match(stdout, /unackd\.service: replaced$/mu);
    assert.match(stdout, /unackd\.yaml: yours, and stays as it is$/mu);
    assert.equal(readFileSync(at(CONFIG), 'utf8'), own);
    assert.match(readFileSync(at(UNIT), 'utf8'), /^Type=notify$/mu);
    assert.deepEqual(
      readdirSync(at('etc/systemd/system')),
      ['unackd.service'],
      'nothing beside it',
    );
  });

  it('has logrotate take what a sink does not rotate itself', function () {
    const text = readFileSync(at(ROTATION), 'utf8');
    assert.deepEqual(text.match(/^"[^"]*"$/gmu), [
      '"/var/log/unackd/out.jsonl"',
      '"/etc/unackd/beside.jsonl"',
    ]);
    needs(this, existsSync('/usr/sbin/logrotate'), 'no logrotate');
    const { status, stderr } = spawnSync('/usr/sbin/logrotate', ['--debug', at(ROTATION)], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /^error/mu);
  });

  it('takes logrotate’s part away once nothing needs it', () => {
    writeFileSync(at(CONFIG), 'sinks: {}\n');
    assert.match(install().stdout, /logrotate\.d\/unackd: removed$/mu);
    assert.ok(!existsSync(at(ROTATION)));
  });

  it('says what to do where systemd does not run', function () {
    needs(this, !existsSync('/run/systemd/system'), 'systemd runs here');
    for (const [command, words] of [
      [
        'install',
        /^unackd: systemd does not run here: have what starts services .* run `\S+\/bin\/unackd run --config \/etc\/unackd\/unackd\.yaml`/u,
      ],
      ['status', /^unackd: systemd does not run here; `unackd status`/u],
    ] as const) {
      const { status, stdout, stderr } = unackd(['service', command]);
      assert.deepEqual([status, stdout], [78, '']);
      assert.match(stderr, words);
    }
    const { stdout } = unackd(['service', 'install', '--dry-run']);
    assert.match(stdout, /^# It would not be installed: systemd does not run here/mu);
  });

  it('quotes what means something in a unit', () => {
    const { stdout } = install('--dry-run', '--config', '/srv/a b/50%/$x.yaml');
    assert.match(stdout, /^ExecStart=.* --config "\/srv\/a b\/50%%\/\$\$x\.yaml"$/mu);
  });
});

describe('the unit', () => {
  const folder = new Folder();
  const unit = folder.at(`root/${UNIT}`);

  before(function () {
    needsBuild(this);
    needs(this, spawnSync('systemd-analyze', ['--version']).status === 0, 'no systemd-analyze');
    // verify looks whether what is started is there.
    const { status, stderr } = unackd([
      'service',
      'install',
      '--root',
      folder.at('root'),
      '--program',
      '/bin/true',
    ]);
    assert.equal(status, 0, stderr);
  });
  after(() => folder.remove());

  it('has no key that systemd does not know', () => {
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
    });
    // It ends with 0 on unknown keys: any word is a fault.
    assert.equal(stdout + stderr, '');
  });

  it('leaves the service little', () => {
    const { stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', unit],
      { encoding: 'utf8' },
    );
    const [, exposure] =
      /Overall exposure level for unackd\.service: (\d+\.\d)/u.exec(stdout) ?? [];
    assert.ok(Number(exposure) <= 2, stdout);
  });
});
