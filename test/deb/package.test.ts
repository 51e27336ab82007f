/** The package, looked at without installing it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { declaredCommands } from '../../src/shells/declared.ts';
import { has } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';
import { packedBinary } from '../support/packed.ts';
import { unackd } from '../support/unackd.ts';
import { makePackage, needsDebian, packageFolder } from './make.ts';

function must(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

/** Names of packages in a field such as `libc6 (>= 2.34), libstdc++6`. */
function packagesIn(text: string): string[] {
  const found = text.matchAll(/(?:^|[,=] ?)(?<name>[a-z][a-z0-9.+-]+)/gu);
  return [...found].map(({ groups }) => groups!.name);
}

describe('the Debian package', function () {
  this.timeout(120_000);
  let folder: string;
  let path: string;
  /** Unpacked, control files below DEBIAN/. */
  let unpacked: string;

  before(async function () {
    needsDebian(this);
    folder = packageFolder();
    path = await makePackage(folder, '1');
    unpacked = join(folder, 'unpacked');
    must('dpkg-deb', ['--raw-extract', path, unpacked]);
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  function file(at: string): string {
    return readFileSync(join(unpacked, at), 'utf8');
  }
  function field(name: string): string {
    return must('dpkg-deb', ['--field', path, name]).trimEnd();
  }

  it('lintian finds nothing but what is explained', function () {
    needs(this, has('lintian'), 'no lintian');
    // Whether Node's own texts are spelt right takes half of its time.
    const args = ['--allow-root', '--fail-on=none', '--dont-check-part', 'binaries/spelling', path];
    const { stdout, stderr } = spawnSync('lintian', args, { encoding: 'utf8' });
    assert.equal(stdout + stderr, '');
  });

  it('explains each exception', () => {
    const lines = file('usr/share/lintian/overrides/unackd').split('\n');
    for (const [i, line] of lines.entries()) {
      if (!line.startsWith('unackd: ')) continue;
      const reason = lines.slice(0, i).findLast((one) => !one.startsWith('unackd: '));
      assert.match(reason ?? '', /^# .*[.]$/u, line);
    }
  });

  it('is twice the same, byte by byte', async () => {
    const again = packageFolder();
    const other = await makePackage(again, '1');
    assert.ok(readFileSync(path).equals(readFileSync(other)));
    rmSync(again, { recursive: true });
  });

  it('needs the packages that dpkg-shlibdeps would name', async function () {
    needs(this, has('dpkg-shlibdeps'), 'no dpkg-shlibdeps (dpkg-dev)');
    mkdirSync(join(folder, 'debian'));
    writeFileSync(join(folder, 'debian/control'), 'Source: x\n\nPackage: x\nArchitecture: any\n');
    const found = must('dpkg-shlibdeps', ['-O', `-e${await packedBinary()}`], folder);
    assert.deepEqual(
      packagesIn(field('Depends')).filter((name) => !name.startsWith('libpcap')),
      packagesIn(found.replace(/^shlibs:Depends/u, '')).toSorted(),
    );
    assert.match(field('Depends'), /libpcap0\.8 \| libpcap0\.8t64/u);
  });

  it('brings files that are what their sums say', () => {
    must('md5sum', ['--check', '--strict', '--quiet', join(unpacked, 'DEBIAN/md5sums')], unpacked);
  });

  it('brings a configuration without faults that any machine can run', () => {
    assert.equal(file('DEBIAN/conffiles'), '/etc/unackd/unackd.yaml\n');
    const { status, stdout } = unackd(['check', join(unpacked, 'etc/unackd/unackd.yaml')]);
    assert.equal(status, 0);
    assert.match(stdout, /no errors/u);
    assert.match(file('etc/unackd/unackd.yaml'), /interface: any/u);
  });

  it('brings a page for each command, and completion for three shells', () => {
    for (const { name } of declaredCommands()) {
      const page = `usr/share/man/man1/unackd-${name.replaceAll(' ', '-')}.1.gz`;
      assert.match(gunzipSync(readFileSync(join(unpacked, page))).toString(), /^\.TH /u);
    }
    for (const [shell, at] of [
      ['bash', 'bash-completion/completions/unackd'],
      ['zsh', 'zsh/vendor-completions/_unackd'],
      ['fish', 'fish/vendor_completions.d/unackd.fish'],
    ]) {
      assert.equal(file(`usr/share/${at}`), unackd(['completion', shell]).stdout);
    }
  });

  it('has scripts that sh understands', () => {
    for (const name of ['postinst', 'prerm', 'postrm'])
      must('sh', ['-n', join(unpacked, 'DEBIAN', name)]);
  });
});
