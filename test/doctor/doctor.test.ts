import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { CAPTURES, Folder, needsBuild, shell, unackd, UNACKD } from '../support/unackd.ts';
import { needs } from '../support/needs.ts';
import { MIGRATIONS } from '../../plugins/sinks/sqlite/migrations.ts';
import { openDatabase } from '../../plugins/sinks/sqlite/open.ts';
import { inDatabase } from '../sinks/sqlite/database.ts';

interface Found {
  readonly check: string;
  readonly state: string;
  readonly text: string;
  readonly mend: string | null;
}

const NOBODY = 65_534;

/** By check; the last of several. */
function found(stdout: string): Map<string, Found> {
  const findings = JSON.parse(stdout) as Found[];
  return new Map(findings.map((finding) => [finding.check, finding]));
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

describe('doctor', function () {
  this.timeout(20_000);
  const folder = new Folder();

  /** A configuration with such sinks. */
  function configOf(name: string, sinks: string): string {
    const sources = `sources:\n  file: { use: pcap, path: ${CAPTURES}/drop.pcap }\n`;
    return folder.file(name, `${sources}sinks:\n${sinks}\n`);
  }

  function databaseAt(path: string): Found {
    const config = configOf('database.yaml', `  history: { use: sqlite, path: ${path} }`);
    return found(unackd(['doctor', '--config', config, '--format', 'json']).stdout).get(
      'database',
    )!;
  }

  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  it('captures over loopback what answers and what refuses', function () {
    needs(this, isRoot(), 'not root: capturing takes it');
    const { stdout, status } = unackd(['doctor']);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ok {4}rights: root has CAP_NET_RAW/mu);
    assert.match(stdout, /^ok {4}libpcap: \d+\.\d+/mu);
    assert.match(stdout, /^ok {4}self-test: .*port established, a closed one refused, after/mu);
    for (const line of stdout.trimEnd().split('\n'))
      assert.match(line, /^(?:ok {2}|warn|fail) {2}\S/u);
  });

  it('as nobody: fails, and says which capability and how to give it', function () {
    needs(this, isRoot(), 'not root: nobody else can become nobody');
    const { stdout, status } = shell(
      `setpriv --reuid ${NOBODY} --clear-groups "$U" doctor --format json`,
    );
    assert.equal(status, 1, stdout);
    const findings = found(stdout);
    assert.equal(findings.get('rights')?.state, 'fail');
    assert.match(
      findings.get('rights')?.mend ?? '',
      /setcap cap_net_raw\+ep \/.*AmbientCapabilities=/u,
    );
    assert.match(findings.get('self-test')?.text ?? '', /^not tried/u);
  });

  it('with CAP_NET_RAW alone all of it works', function () {
    needs(this, isRoot(), 'not root: nobody else can give capabilities');
    const { stdout, status } = shell(
      `setpriv --reuid ${NOBODY} --clear-groups --inh-caps +net_raw --ambient-caps +net_raw "$U" doctor --format json`,
    );
    assert.equal(status, 0, stdout);
    assert.match(found(stdout).get('rights')?.text ?? '', /without CAP_NET_ADMIN/u);
    assert.equal(found(stdout).get('self-test')?.state, 'ok');
  });

  it('without libpcap: names the packages', () => {
    // What is found there first can't be loaded.
    for (const name of ['libpcap.so.1', 'libpcap.so.0.8', 'libpcap.so']) folder.file(name, '');
    const { stdout, status } = unackd(['doctor', '--format', 'json'], {
      env: { LD_LIBRARY_PATH: folder.path },
    });
    assert.equal(status, 1, stdout);
    const { state, text, mend } = found(stdout).get('libpcap')!;
    assert.equal(`${state}: ${text}`, 'fail: libpcap is not installed');
    assert.match(mend ?? '', /^install libpcap0\.8 \(Debian/u);
  });

  it('where lo is down: says so', function () {
    needs(this, isRoot(), 'not root: a network namespace takes it');
    const { stdout, status } = shell('unshare --net "$U" doctor --format json');
    assert.equal(status, 1, stdout);
    const { state, mend } = found(stdout).get('self-test')!;
    assert.equal(state, 'fail');
    assert.match(mend ?? '', /ip link set lo up/u);
    assert.equal(found(stdout).get('interfaces')?.state, 'warn');
  });

  it('a wrong configuration: the first fault, and where all are', () => {
    const config = folder.file('wrong.yaml', 'sources: { a: { use: pcap } }\nsinks: 3\n');
    const { stdout, status } = unackd(['doctor', '--config', config, '--format', 'json']);
    assert.equal(status, 1);
    const { state, text, mend } = found(stdout).get('configuration')!;
    assert.equal(state, 'fail');
    assert.match(text, /wrong\.yaml:\d+:\d+ error/u);
    assert.match(mend ?? '', /^unackd check --config /u);
  });

  it('a configuration that is not there', () => {
    const { stdout, status } = unackd(['doctor', '--config', '/nowhere.yaml', '--format', 'json']);
    assert.equal(status, 1);
    assert.match(found(stdout).get('configuration')?.text ?? '', /no such file/u);
  });

  describe('database', () => {
    it('new and whole ones are fine, and nothing is created', () => {
      const path = folder.at('whole.db');
      assert.match(databaseAt(path).text, /whole\.db: will be created; .* free$/u);
      openDatabase(path, { synchronous: 'normal', pageCache: 1 << 20 }).close();
      const before = readFileSync(path);
      assert.match(databaseAt(path).text, /whole\.db: .*, whole; .* free$/u);
      assert.deepEqual(readFileSync(path), before);
    });

    it('finds damage', () => {
      const path = folder.at('damaged.db');
      openDatabase(path, { synchronous: 'normal', pageCache: 1 << 20 }).close();
      const bytes = readFileSync(path);
      bytes.fill(0xa5, 4096, 3 * 4096);
      writeFileSync(path, bytes);
      const { state, text } = databaseAt(path);
      assert.equal(state, 'fail', text);
      assert.match(text, /damaged/u);
    });

    it('says which daemon runs on it', async function () {
      const config = configOf(
        'held.yaml',
        `  history: { use: sqlite, path: ${folder.at('held.db')} }`,
      );
      // A capture that takes its time, so that the daemon is there to be seen.
      writeFileSync(config, readFileSync(config, 'utf8').replace('.pcap }', '.pcap, speed: 1 }'));
      const daemon = spawn(UNACKD, ['run', '--config', config], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = once(daemon, 'close');
      try {
        await once(daemon.stderr, 'data');
        const { state, text } = databaseAt(folder.at('held.db'));
        assert.equal(state, 'ok', text);
        assert(text.includes(`process ${daemon.pid} runs on it (unackd run --config `), text);
      } finally {
        daemon.kill();
        await ended;
      }
      assert.doesNotMatch(databaseAt(folder.at('held.db')).text, /runs on it/u);
    });

    it('finds one that another process keeps locked, a newer one, and an older one', () => {
      const path = folder.at('versions.db');
      openDatabase(path, { synchronous: 'normal', pageCache: 1 << 20 }).close();
      inDatabase(path, (db) => db.pragma('user_version = 3'));
      assert.match(databaseAt(path).text, /schema 3 is brought to \d+ at the start, after a copy/u);
      inDatabase(path, (db) => db.pragma('user_version = 999'));
      const newer = databaseAt(path);
      assert.equal(newer.state, 'fail');
      assert.match(
        newer.text,
        /newer unackd \(schema 999, this one knows up to \d+\): update unackd/u,
      );
      inDatabase(path, (db) => {
        db.pragma(`user_version = ${MIGRATIONS.length}`);
        db.pragma('journal_mode = DELETE');
        db.exec('BEGIN EXCLUSIVE');
        const { state, text } = databaseAt(path);
        assert.equal(state, 'fail', text);
        assert.match(text, /another process holds the database locked: end it/u);
      });
    });

    it('some other file', () => {
      const { state, text } = databaseAt(folder.file('letter.db', 'Dear SQLite,\n'.repeat(100)));
      assert.equal(state, 'fail');
      assert.match(text, /is not an SQLite database/u);
    });

    it('a folder that is not there, or not to be written by this user', function () {
      assert.match(databaseAt('/nowhere/unackd.db').text, /the folder \/nowhere does not exist/u);
      needs(this, isRoot(), 'not root: nobody else can become nobody');
      const place = folder.at('closed');
      mkdirSync(place);
      chmodSync(folder.path, 0o755);
      chmodSync(place, 0o755);
      chownSync(place, 0, 0);
      const config = configOf(
        'closed.yaml',
        `  history: { use: sqlite, path: ${place}/unackd.db }`,
      );
      const { stdout } = shell(
        `setpriv --reuid ${NOBODY} --clear-groups "$U" doctor --config "$1" --format json`,
        [config],
      );
      assert.match(found(stdout).get('database')?.text ?? '', /no permission to write/u);
    });

    it('none at all is worth a word', () => {
      const config = configOf('none.yaml', "  out: { use: jsonl, path: '-' }");
      const { stdout } = unackd(['doctor', '--config', config, '--format', 'json']);
      assert.equal(found(stdout).get('database')?.state, 'warn');
      assert.equal(found(stdout).get('sink out')?.text, 'standard output');
    });
  });

  describe('sinks', () => {
    it('a receiver that does not listen', () => {
      const config = configOf(
        'deaf.yaml',
        '  ops: { use: webhook, url: "http://127.0.0.1:9/hook" }',
      );
      const { stdout, status } = unackd(['doctor', '--config', config, '--format', 'json']);
      assert.equal(status, 1);
      const { state, text } = found(stdout).get('sink ops')!;
      assert.equal(`${state} ${text}`, 'fail connect ECONNREFUSED 127.0.0.1:9');
    });

    it('--send: a test and its end arrive; without it nothing is sent', async () => {
      const bodies: string[] = [];
      const server = createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        request.on('end', () => {
          bodies.push(body);
          response.end();
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/hook`;
      const config = configOf('hook.yaml', `  ops: { use: webhook, url: "${url}" }`);
      try {
        for (const more of [[], ['--send']]) {
          assert.equal(bodies.length, 0);
          const args = ['doctor', '--config', config, '--format', 'json', ...more];
          const child = spawn(UNACKD, args, { stdio: ['ignore', 'pipe', 'inherit'] });
          let shown = '';
          child.stdout.setEncoding('utf8').on('data', (text: string) => {
            shown += text;
          });
          await once(child, 'close');
          assert.equal(found(shown).get('sink ops')?.state, 'ok', shown);
        }
      } finally {
        server.close();
      }
      assert.equal(bodies.length, 2);
      for (const body of bodies) assert.match(body, /test by unackd doctor on .*nothing is wrong/u);
    });
  });

  describe('plugins from outside', () => {
    const plugin = `import { defineSink } from 'unackd';
      export default defineSink({ api: 1, name: 'mine', doc: 'A test.', options: {}, reads: ['notice'],
        create: () => ({ notice() {} }) });`;

    it('are loaded, with what each may do, and what holds them to it', () => {
      folder.file('mine.ts', plugin);
      const config = configOf(
        'outside.yaml',
        '  a: { use: ./mine.ts }\n  b: { use: ./mine.ts, permissions: { read: [/etc/hosts], env: [TZ], net: true } }\n  c: { use: ./mine.ts, permissions: { net: ["a.example:443", "10.0.0.0/8:80"] } }',
      );
      const { stdout } = unackd(['doctor', '--config', config, '--format', 'json']);
      const findings = found(stdout);
      assert.match(
        findings.get('plugin a')?.text ?? '',
        /^mine, \S+\/mine\.ts: loads; may read its own files; take \d+ MB/u,
      );
      assert.match(
        findings.get('plugin b')?.text ?? '',
        /its own files, \/etc\/hosts; see TZ of the environment; open real sockets, to and from anywhere/u,
      );
      assert.match(
        findings.get('plugin c')?.text ?? '',
        /; connect to a\.example:443, 10\.0\.0\.0\/8:80 through the daemon; /u,
      );
      assert.match(findings.get('confinement')?.text ?? '', /Node's permission model .*Landlock/u);
    });

    it('that do not load are the configuration’s first fault', () => {
      folder.file('broken.ts', 'throw new Error("not today");');
      const config = configOf('broken.yaml', '  a: { use: ./broken.ts }');
      // Before it stands a warning.
      writeFileSync(config, readFileSync(config, 'utf8').replace('drop.pcap', 'nowhere.pcap'));
      const { stdout, status } = unackd(['doctor', '--config', config, '--format', 'json']);
      assert.equal(status, 1);
      const faults = (JSON.parse(stdout) as Found[]).filter(
        ({ check }) => check === 'configuration',
      );
      assert.deepEqual(
        faults.map(({ state }) => state),
        ['fail', 'warn'],
      );
      assert.match(
        faults[0].text,
        /error unknown-plugin: '\.\/broken\.ts' can't be used .*not today/u,
      );
    });
  });

  it('--send wants a configuration', () => {
    const { stderr, status } = unackd(['doctor', '--send']);
    assert.equal(status, 2);
    assert.match(stderr, /--send goes with --config only/u);
  });
});
