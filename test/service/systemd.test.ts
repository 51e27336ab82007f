/** The service in a real systemd: from its installation to its end, with a black hole between. */
import assert from 'node:assert/strict';
import { noRsyslog } from '../sinks/syslog/rsyslog.ts';
import { Machine, needsMachine } from '../support/machine.ts';
import { has } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';
import { answerAgain, askFor, drop, HERE, HOOK_URL, hooksOf, serve } from '../support/outage.ts';
import { needsBuild, parseLines, ROOT } from '../support/unackd.ts';
import type { JsonRecord } from '../support/read-records.ts';

const UNACKD = `${HERE}/bin/unackd`;
const CONFIG = '/etc/unackd/unackd.yaml';

const PORT = 8000;

/** rsyslogd, as it would run on the machine. */
const RSYSLOG = `module(load="imudp")
input(type="imudp" address="127.0.0.1" port="514")
template(name="whole" type="string" string="%rawmsg%\\n")
action(type="omfile" file="/run/received.log" template="whole")
`;

/** A plugin from outside that tells once what is left to its process. */
const PLUGIN = `import { readFileSync } from 'node:fs';
import { defineAnalyser } from 'unackd';
export default defineAnalyser({
  api: 1, name: 'rights', doc: 'Tells what is left to it.', reads: ['attempt'], emits: ['notice'], options: {},
  create(_options, _host, emit) {
    let told = false;
    return {
      attempt(a) {
        if (told) return;
        told = true;
        const status = readFileSync('/proc/self/status', 'utf8');
        const of = (key) => new RegExp('^' + key + ':\\\\s*(.*)$', 'mu').exec(status)[1];
        let wrote = 'written';
        try { process.getBuiltinModule('fs').writeFileSync('/var/lib/unackd/planted', ''); } catch (error) { wrote = error.code; }
        emit({ type: 'notice', code: 'rights', time: a.time, text: [of('CapPrm'), of('CapAmb'), of('NoNewPrivs'), wrote].join(' ') });
      },
    };
  },
});
`;

/** Who is told, and the plugin, put into the configuration as a user would. */
function edited(text: string): string {
  return text
    .replace(
      '\nsinks:\n',
      `
analysers:
  retry-schedule: { use: retry-schedule }
  icmp-correlation: { use: icmp-correlation }
  holes: { use: black-hole }
  rights: { use: /etc/unackd/rights.mjs, from: [icmp-correlation], permissions: { read: [/proc/self] } }

sinks:
  siem: { use: syslog }
  ops: { use: webhook, url: '${HOOK_URL}', secret: '\${credential:secret_webhook}' }
`,
    )
    .replaceAll('# yaml-language-server', '#');
}

describe('the service in a systemd of its own', function () {
  this.timeout(60_000);
  let machine: Machine;
  let pid = '';

  before(async function () {
    needsBuild(this);
    needsMachine(this);
    needs(this, has('nft'), 'no nft');
    needs(this, noRsyslog() === '', noRsyslog());
    machine = await Machine.boot({ [HERE]: ROOT });
    machine.put('/run/rsyslog.conf', RSYSLOG);
    machine.beside('receiver', '/usr/sbin/rsyslogd -n -f /run/rsyslog.conf -i NONE');
    serve(machine, [PORT, 8001]);
  });
  afterEach(function () {
    if (this.currentTest?.state !== 'failed') return;
    process.stderr.write(machine.run('journalctl --no-pager -u unackd | tail -n 40').stdout);
  });
  after(async () => {
    await machine?.remove();
  });

  function show(...names: string[]): string[] {
    return machine
      .must(`systemctl show unackd --value ${names.map((name) => `-p ${name}`).join(' ')}`)
      .split('\n')
      .filter(Boolean);
  }
  function incidents(): JsonRecord[] {
    return parseLines(
      machine.must(`${UNACKD} incidents --db /var/lib/unackd/unackd.db --format jsonl`),
    );
  }
  function hooks(): JsonRecord[] {
    return hooksOf(machine);
  }
  function status(): string {
    return machine.run(`${UNACKD} service status`).stdout;
  }

  it('says how it is before there is one', () => {
    const { status: code, stdout } = machine.run(`${UNACKD} service status`);
    assert.equal(code, 1);
    assert.match(stdout, /^unackd\.service: not installed$/mu);
    assert.match(stdout, /^what to do: unackd service install$/mu);
  });

  it('is not installed where it could not run', () => {
    machine.must(
      'mkdir -p /root/bin /etc/unackd && cp /bin/true /root/bin/unackd && : > /etc/unackd/mine.yaml && chmod 600 /etc/unackd/mine.yaml',
    );
    for (const [option, words] of [
      ['--program /root/bin/unackd', /services don't see \/root: move it/u],
      ['--program /nowhere/unackd', /other users can't get at it \(\/nowhere\)/u],
      ['--config /home/me/unackd.yaml', /services don't see \/home/u],
      [
        '--config /etc/unackd/mine.yaml',
        /user can't read it: .* chmod 644 \/etc\/unackd\/mine\.yaml$/mu,
      ],
    ] as const) {
      const { status: code, stderr } = machine.run(`${UNACKD} service install ${option}`);
      assert.equal(code, 78, stderr);
      assert.match(stderr, words);
    }
    const other = machine.run(`setpriv --reuid=65534 --clear-groups ${UNACKD} service install`);
    assert.deepEqual(
      [other.status, other.stderr],
      [77, 'unackd: installing a service takes root: sudo\n'],
    );
    machine.must('test ! -e /etc/systemd/system/unackd.service && rm -r /etc/unackd');
  });

  it('is installed, and ready when `install` ends', () => {
    const said = machine.must(`${UNACKD} service install`);
    assert.match(said, /^systemctl start unackd\.service: done$/mu);
    [pid] = show('MainPID');
    const [type, active, enabled] = ['Type', 'ActiveState', 'UnitFileState'].map(
      (name) => show(name)[0],
    );
    assert.deepEqual([type, active, enabled], ['notify', 'active', 'enabled']);
    // systemd would wait for ten minutes: it was told.
    assert.match(show('StatusText')[0], /^1 source, 0 attempts, 0 incidents firing$/u);
    const state = JSON.parse(machine.must(`${UNACKD} service status --format json`)) as JsonRecord;
    assert.deepEqual([state['active'], state['enabled'], state['exit']], ['active', true, null]);
    assert.equal((state['daemon'] as JsonRecord)['pid'], Number(pid));
    assert.match(machine.must(`cat ${CONFIG}`), /^ {2}srv0: \{ use: live, interface: srv0 \}$/mu);
  });

  it('has one right, and no other', () => {
    const of = machine.must(`cat /proc/${pid}/status`);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      assert.match(of, new RegExp(`^${set}:\\t0000000000002000$`, 'mu'));
    }
    assert.match(of, /^NoNewPrivs:\t1$/mu);
    assert.match(of, /^Seccomp:\t2$/mu);
    assert.doesNotMatch(of, /^Uid:.*\b0\b/mu);
    assert.match(
      machine.must(`tr '\\0' '\\n' < /proc/${pid}/environ`),
      /^GLIBC_TUNABLES=.*hugetlb=1/mu,
    );
  });

  it('changes nothing the second time', () => {
    const said = machine.must(`${UNACKD} service install`);
    assert.match(said, /^unackd\.service: unchanged, enabled and active$/mu);
    assert.doesNotMatch(said, /written|replaced|done/u);
    assert.equal(show('MainPID')[0], pid);
  });

  it('takes up who is to be told at a restart, with a secret that only systemd can read', async () => {
    machine.put('/etc/unackd/rights.mjs', PLUGIN);
    machine.put(
      '/etc/unackd/credentials/webhook',
      `whsec_${Buffer.from('a secret of 24 octets...').toString('base64')}\n`,
    );
    machine.must('chmod 600 /etc/unackd/credentials/webhook');
    machine.put(CONFIG, edited(machine.must(`cat ${CONFIG}`)));
    machine.must('systemctl restart unackd');
    [pid] = show('MainPID');
    assert.match(machine.must(`${UNACKD} check ${CONFIG}`), /no errors/u);
    assert.equal(
      machine.run(
        `setpriv --reuid=65534 --clear-groups cat /run/credentials/unackd.service/secret_webhook`,
      ).status,
      1,
    );
    askFor(machine, [PORT, 8001]);
    await machine.until(
      `${UNACKD} status --config ${CONFIG} --format json`,
      /"established": [2-9]\d/u,
    );
  });

  it('starts plugins from outside confined, without its right', async () => {
    const told = await machine.until('cat /run/hooks.jsonl', /"code":"rights"/u);
    assert.match(told, /"text":"0000000000000000 0000000000000000 1 E/u);
  });

  it('tells syslog and the webhook when a rule drops SYNs', async () => {
    drop(machine, PORT);
    await machine.until(
      'cat /run/received.log',
      /incident\.firing .*kind="black-hole".*ip="10\.97\.0\.1" port="8000"/u,
    );
    await machine.until('cat /run/hooks.jsonl', /"type":"incident\.firing"/u);
    const firing = hooks().find(({ type }) => type === 'incident.firing')!;
    assert.equal(firing['signed'], true);
    await machine.until('systemctl show unackd -p StatusText', /, 1 incident firing/u);
    assert.match(status(), /^ {2}\w+ black-hole 10\.97\.0\.1:8000 since /mu);
  });

  it('comes back when it is killed, and loses no incident', async () => {
    const before = incidents().map(({ id, kind }) => ({ id, kind }));
    assert.equal(before.length, 1);
    machine.must('systemctl kill --signal=KILL --kill-who=main unackd');
    await machine.until(
      'systemctl show unackd -p NRestarts -p ActiveState',
      /ActiveState=active\n[^]*NRestarts=1|NRestarts=1\n[^]*ActiveState=active/u,
    );
    assert.notEqual(show('MainPID')[0], pid);
    [pid] = show('MainPID');
    assert.deepEqual(
      incidents().map(({ id, kind }) => ({ id, kind })),
      before,
    );
    assert.match(status(), /, restarted 1 time$/mu);
    // What was under way goes on to its end.
    answerAgain(machine);
    await machine.until('cat /run/hooks.jsonl', /"type":"incident\.resolved"/u);
    const ids = new Set(
      hooks().flatMap(({ data }) =>
        (data as JsonRecord)['type'] === 'incident' ? [(data as JsonRecord)['id']] : [],
      ),
    );
    assert.deepEqual(
      [...ids],
      before.map(({ id }) => id),
    );
  });

  it('keeps going over a reload with a broken configuration, and says why', async () => {
    const good = machine.must(`cat ${CONFIG}`);
    machine.put(CONFIG, good.replace('interface: srv0', 'interfaze: srv0'));
    machine.must('systemctl reload unackd');
    await machine.until(
      'systemctl show unackd -p StatusText',
      /configuration refused, the old one holds: .*unackd\.yaml:\d+:\d+ error unknown-option/u,
    );
    assert.deepEqual(
      show('ActiveState', 'MainPID'),
      [pid, 'active'].toSorted((a) => (a === 'active' ? 1 : -1)),
    );
    assert.match(machine.must('journalctl -u unackd -o cat'), /interfaze/u);
    assert.match(status(), /^what to do: .*unackd check \/etc\/unackd\/unackd\.yaml/mu);
    machine.put(CONFIG, good);
    machine.must('systemctl reload unackd');
    await machine.until('systemctl show unackd -p StatusText', /incidents? firing$/mu);
    assert.equal(show('MainPID')[0], pid);
  });

  it('is ended by the watchdog when it stands still, and starts again', async () => {
    machine.put(
      '/etc/systemd/system/unackd.service.d/quick.conf',
      '[Service]\nWatchdogSec=1s\nRestartSec=100ms\n',
    );
    machine.must('systemctl daemon-reload; systemctl restart unackd');
    [pid] = show('MainPID');
    machine.must(
      `sleep 1.5; test "$(systemctl show -P MainPID unackd)" = ${pid}; kill -STOP ${pid}`,
    );
    // Nothing else ends a process that was stopped.
    await machine.until('systemctl show unackd -p MainPID -p ActiveState', /ActiveState=active/u);
    await machine.until(
      'systemctl show -P MainPID unackd',
      new RegExp(`^(?!${pid}$|0$)\\d+$`, 'mu'),
    );
    machine.must('rm -r /etc/systemd/system/unackd.service.d; systemctl daemon-reload');
  });

  it('restarts where its unit is replaced, or its program', () => {
    const elsewhere = '/srv/unackd/bin/unackd';
    machine.must(
      `mkdir -p /srv/unackd/bin; ln -s ${HERE}/build ${HERE}/node_modules /srv/unackd; cp ${UNACKD} ${elsewhere}`,
    );
    const install = (): string => machine.must(`${UNACKD} service install --program ${elsewhere}`);
    const said = install();
    assert.match(said, /unackd\.service: replaced$/mu);
    assert.match(said, /unackd\.yaml: yours, and stays as it is$/mu);
    assert.match(said, /^systemctl restart unackd\.service: done$/mu);
    assert.match(install(), /^unackd\.service: unchanged, enabled and active$/mu);
    machine.must(
      `cp --preserve=timestamps ${UNACKD} ${elsewhere}.new; mv ${elsewhere}.new ${elsewhere}`,
    );
    assert.match(
      install(),
      /unackd\.service: unchanged\nsystemctl restart unackd\.service: done$/u,
    );
    machine.must(`${UNACKD} service install`);
  });

  it('stays down over what a restart can’t mend, and says how to mend it', async () => {
    const good = machine.must(`cat ${CONFIG}`);
    machine.put(CONFIG, 'sauces: {}\n');
    const { status: code, stderr } = machine.run(`systemctl restart unackd`);
    assert.notEqual(code, 0, stderr);
    assert.deepEqual(show('ActiveState', 'ExecMainStatus').toSorted(), ['78', 'failed']);
    const { status: told, stdout } = machine.run(`${UNACKD} service status`);
    assert.equal(told, 1);
    assert.match(stdout, /^unackd\.service: failed, exit code 78 since /mu);
    assert.match(stdout, /^its last words\n[^]*'sauces'/mu);
    assert.match(stdout, /^what to do: its configuration is wrong \(unackd check /mu);
    const again = machine.run(`${UNACKD} service install`);
    assert.equal(again.status, 1);
    assert.match(again.stdout, /^unackd\.service: failed, [^]*'sauces'[^]*^what to do: /mu);
    assert.equal(
      again.stderr,
      'unackd: systemctl start unackd.service: the service does not run\n',
    );
    machine.put(CONFIG, good);
    machine.must(`${UNACKD} service install`);
    assert.equal(show('ActiveState')[0], 'active');

    machine.must('mv /etc/unackd/credentials /run/aside');
    assert.notEqual(machine.run('systemctl restart unackd').status, 0);
    assert.match(status(), /^what to do: the folder of its secrets is gone, /mu);
    machine.must('mv /run/aside /etc/unackd/credentials');
    machine.must(`${UNACKD} service install`);
    assert.equal(show('ActiveState')[0], 'active');
  });

  it('leaves its data when it is uninstalled, and takes all with --purge', () => {
    const said = machine.must(`${UNACKD} service uninstall`);
    assert.match(said, /^stays, unless --purge is said: .*\/var\/lib\/unackd.*\/etc\/unackd/mu);
    assert.equal(machine.run('systemctl cat unackd').status, 1);
    machine.must(`test -s /var/lib/unackd/unackd.db && test -s ${CONFIG}`);
    assert.equal(incidents().length, 1);
    assert.match(
      machine.must(`${UNACKD} service uninstall --purge --dry-run`),
      /would be removed/u,
    );
    machine.must(`test -s ${CONFIG}`);
    machine.must(`${UNACKD} service uninstall --purge`);
    machine.must(
      '! ls -d /etc/unackd /var/*/unackd /var/*/private/unackd /etc/systemd/system/unackd.service* /etc/logrotate.d/unackd 2>/dev/null',
    );
    assert.match(machine.must(`${UNACKD} service uninstall`), /nothing of it is installed/u);
  });
});
