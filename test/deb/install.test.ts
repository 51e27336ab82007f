/** The package on a machine with a real systemd: installed, upgraded in the midst of an outage, removed, purged. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Machine, needsMachine } from '../support/machine.ts';
import { has } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';
import { answerAgain, askFor, drop, HERE, HOOK_URL, hooksOf, serve } from '../support/outage.ts';
import type { JsonRecord } from '../support/read-records.ts';
import { parseLines, ROOT } from '../support/unackd.ts';
import { laterPackage, makePackage, needsDebian, packageFolder } from './make.ts';

/** Where the machine sees the packages. */
const DEBS = '/opt/debs';
const CONFIG = '/etc/unackd/unackd.yaml';
const DATABASE = '/var/lib/unackd/unackd.db';

/** What the later package's configuration ends with; whoever has changed his own is asked. */
const NEW_IN_LATER = '\n# New in this version.\n';
/** As unattended-upgrades is told to answer: what somebody has changed stays. */
const KEEP = '--force-confdef --force-confold';

/** Silent from before the upgrade on; from its midst on; never. */
const [BEFORE, MEANWHILE, NEVER] = [8000, 8001, 8002];

/** All that could be left of it; not what this machine itself has elsewhere. */
const TRACES = `find /etc /usr /var /run -xdev \\( -path /var/tmp -o -path /usr/src -o -path /var/cache/man -o -path '*/node_modules' \\) -prune -o -name '*unackd*' -print | sort`;

function portOf(incident: JsonRecord): number {
  return Number((incident['scope'] as JsonRecord)['port']);
}

/** Sorted. */
function portsOf(incidents: readonly JsonRecord[]): number[] {
  return incidents.map((one) => portOf(one)).toSorted((a, b) => a - b);
}

describe('the Debian package in a systemd of its own', function () {
  this.timeout(90_000);
  let machine: Machine;
  let folder: string;
  const debs: string[] = [];
  let traces = '';

  before(async function () {
    needsMachine(this);
    needsDebian(this);
    needs(this, has('nft'), 'no nft');
    needs(this, has('sqlite3'), 'no sqlite3');
    folder = packageFolder();
    // A binary of 120 MB is packed and unpacked sooner as it is.
    const quick = ['--compression', 'none'];
    const first = await makePackage(folder, '1', quick);
    const later = laterPackage(first, '0.99.0', NEW_IN_LATER);
    debs.push(...[first, later].map((path) => `${DEBS}/${basename(path)}`));
    machine = await Machine.boot({ [HERE]: ROOT, [DEBS]: folder });
    // Of all manual pages on the machine an index would be made anew; and in the image of
    // a container there is mostly a policy that no package may start services.
    machine.must('rm -f /var/lib/man-db/auto-update /usr/sbin/policy-rc.d');
    serve(machine, [BEFORE, MEANWHILE, NEVER]);
    traces = machine.must(TRACES);
  });
  afterEach(function () {
    if (this.currentTest?.state !== 'failed') return;
    process.stderr.write(machine.run('journalctl --no-pager -u unackd | tail -n 40').stdout);
  });
  after(async () => {
    await machine?.remove();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  function show(name: string): string {
    return machine.must(`systemctl show unackd --value -p ${name}`);
  }
  function incidents(): JsonRecord[] {
    return parseLines(machine.must(`unackd incidents --config ${CONFIG} --format jsonl`));
  }
  /** Ports of incidents that the webhook was told of, as often as it was. */
  function told(type: string): number[] {
    const hooks = hooksOf(machine).filter((hook) => hook['type'] === type);
    return portsOf(hooks.map(({ data }) => data as JsonRecord));
  }
  function installed(): string {
    return machine.must("dpkg-query --show --showformat '${Version} ${Status}' unackd");
  }

  it('is installed, enabled and ready when dpkg ends', () => {
    const { status, stderr } = machine.run(`dpkg --install ${debs[0]}`);
    assert.equal(status, 0, stderr);
    assert.match(installed(), /-1 install ok installed$/u);
    assert.equal(show('ActiveState'), 'active');
    assert.equal(show('UnitFileState'), 'enabled');
    assert.match(show('FragmentPath'), /^(?:\/usr)?\/lib\/systemd\/system\/unackd\.service$/u);
    assert.match(show('StatusText'), /^1 source, /u);
    assert.match(machine.must(`unackd check ${CONFIG}`), /no errors/u);
    assert.match(machine.must('unackd version --verbose'), /one file/u);
  });

  it('has a unit that systemd finds no fault with, manual pages included', () => {
    const { stdout, stderr } = machine.run('systemd-analyze verify unackd.service');
    const about = (stdout + stderr).split('\n').filter((line) => line.includes('unackd'));
    assert.deepEqual(about, []);
  });

  it('takes up a configuration that somebody edits', async () => {
    const text = machine.must(`cat ${CONFIG}`);
    machine.put(
      CONFIG,
      text.replace('\nsinks:\n', `\nsinks:\n  ops: { use: webhook, url: '${HOOK_URL}' }\n`),
    );
    machine.must('systemctl reload unackd');
    askFor(machine, [BEFORE, MEANWHILE, NEVER]);
    await machine.until(
      `unackd status --config ${CONFIG} --format json`,
      /"established": [3-9]\d/u,
    );
    drop(machine, BEFORE);
    await machine.until('cat /run/hooks.jsonl', /"type":"incident\.firing"/u);
  });

  it('runs on while somebody is asked which configuration it is to be', () => {
    const before = show('MainPID');
    // Nobody answers.
    const { status, stderr } = machine.run(`dpkg --install ${debs[1]}`);
    assert.equal(status, 1);
    assert.match(stderr, /end of file on stdin at conffile prompt/u);
    assert.match(installed(), /^0\.99\.0-1 install ok unpacked$/u);
    assert.deepEqual([show('ActiveState'), show('MainPID')], ['active', before]);
  });

  it('is upgraded to a later version in the midst of an outage, and loses no incident', async () => {
    const before = show('MainPID');
    const edited = machine.must(`cat ${CONFIG}`);
    const [firing] = incidents();
    assert.equal(portOf(firing), BEFORE);
    // Another one begins while the daemon is replaced.
    drop(machine, MEANWHILE);
    const { status, stderr } = machine.run(`dpkg ${KEEP} --configure unackd`);
    assert.equal(status, 0, stderr);
    assert.match(installed(), /^0\.99\.0-1 install ok installed$/u);
    assert.equal(show('ActiveState'), 'active');
    assert.notEqual(show('MainPID'), before, 'the new program runs');
    assert.equal(machine.must(`readlink /proc/${show('MainPID')}/exe`), '/usr/bin/unackd');
    assert.equal(machine.must(`cat ${CONFIG}`), edited);
    assert.match(machine.must(`cat ${CONFIG}.dpkg-dist`), /# New in this version\.$/u);

    await machine.until(
      'cat /run/hooks.jsonl',
      new RegExp(`incident\\.firing.*"port":${MEANWHILE}`, 'u'),
    );
    answerAgain(machine);
    await machine.until('grep -c incident.resolved /run/hooks.jsonl', /^2$/mu);
    const all = incidents();
    assert.deepEqual(portsOf(all), [BEFORE, MEANWHILE]);
    assert.ok(all.every(({ state }) => state === 'resolved'));
    assert.ok(all.some(({ id }) => id === firing['id']));
    for (const type of ['incident.firing', 'incident.resolved'])
      assert.deepEqual(told(type), [BEFORE, MEANWHILE], type);
  });

  it('leaves what an administrator disabled disabled when it is upgraded', () => {
    machine.must('systemctl disable --now --quiet unackd');
    machine.must(`dpkg ${KEEP} --install ${debs[1]}`);
    assert.equal(show('UnitFileState'), 'disabled');
    machine.must('systemctl enable --now --quiet unackd');
  });

  it('in an older version leaves the database of a newer one alone, and says why', () => {
    const schema = machine.must(`sqlite3 ${DATABASE} 'PRAGMA user_version'`);
    machine.must(`systemctl stop unackd; sqlite3 ${DATABASE} 'PRAGMA user_version = 99'`);
    const before = machine.must(`sha256sum ${DATABASE}`);
    const { status, stderr } = machine.run(`dpkg ${KEEP} --install ${debs[0]}`);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /downgrading unackd from 0\.99\.0-1 to /u);
    assert.match(stderr, /^unackd: the service does not run; why, says: unackd service status$/mu);
    const [state, code, restarts] = ['ActiveState', 'ExecMainStatus', 'NRestarts'].map(show);
    assert.deepEqual([state, code, restarts], ['failed', '78', '0']);
    const why = `unackd.db was written by a newer unackd (schema 99, this one knows up to ${schema}): update unackd`;
    assert.ok(machine.must('journalctl --no-pager -u unackd').includes(why));
    assert.ok(machine.run('unackd service status').stdout.includes(why));
    assert.equal(machine.must(`sha256sum ${DATABASE}`), before);
    machine.must(`sqlite3 ${DATABASE} 'PRAGMA user_version = ${schema}'; systemctl start unackd`);
    assert.deepEqual(portsOf(incidents()), [BEFORE, MEANWHILE]);
  });

  it('stops when it is removed, and leaves configuration and data', () => {
    machine.must('dpkg --remove unackd');
    assert.equal(show('ActiveState'), 'inactive');
    assert.equal(machine.run('command -v unackd').status, 1);
    machine.must(`test -s ${CONFIG} && test -s /var/lib/unackd/unackd.db`);
  });

  it('leaves nothing when it is purged', () => {
    machine.put('/etc/unackd/credentials/webhook', 'whsec_AAAA\n');
    machine.must('dpkg --purge unackd');
    assert.equal(machine.must(TRACES), traces);
    assert.equal(machine.run('dpkg --status unackd').status, 1);
  });
});
