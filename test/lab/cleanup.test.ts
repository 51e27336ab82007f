/** However a lab ends, nothing of it stays. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Folder, needsBuild, shell, unackd, UNACKD } from '../support/unackd.ts';
import { namespaces, needsLab, Trial } from './trial.ts';

/** Of a run that is known by the process that made them. */
function namespacesOf(pid: number): string[] {
  return namespaces().filter((name) => name.startsWith(`unackd-lab-${pid}-`));
}

describe('lab: what stays of it', function () {
  this.timeout(60_000);
  const folder = new Folder();

  before(function () {
    needsLab(this);
  });
  after(() => folder.remove());

  it('nothing after Ctrl-C or SIGTERM, while its application stands still', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const trial = new Trial(['accept-queue']);
      await trial.turn('fault');
      assert.equal(namespacesOf(trial.child.pid!).length, 2);
      trial.child.kill(signal);
      assert.equal(await trial.ended(), code, trial.stderr);
      assert.deepEqual(namespacesOf(trial.child.pid!), []);
    }
  });

  it('nothing after a kill -9, once there is another one; packets can be read', async () => {
    const killed = new Trial(['accept-queue']);
    await killed.turn('fault');
    killed.child.kill('SIGKILL');
    // Its end alone: the application that stands still has its standard error, too.
    await once(killed.child, 'exit');
    assert.equal(namespacesOf(killed.child.pid!).length, 2);

    const path = folder.at('lab.pcapng');
    const next = new Trial(['reset', '--duration', '2', '--write', path]);
    assert.equal(await next.ended(), 0, next.stderr);
    assert.match(String(next.records[0]['text']), /^removed what a lab that was killed left: /u);
    assert.deepEqual(namespacesOf(killed.child.pid!), []);
    assert.deepEqual(namespacesOf(next.child.pid!), []);

    const { status, stdout } = unackd(['read', '--summary', path]);
    assert.equal(status, 0);
    assert.match(stdout, /192\.0\.2\.2:8000/u);
  });
});

describe('lab: what it refuses', () => {
  before(function () {
    needsBuild(this);
  });

  it('to run for others than root: one line, 77', function () {
    needsLab(this);
    const { status, stderr } = shell('exec setpriv --reuid=65534 --clear-groups "$1" lab drop', [
      UNACKD,
    ]);
    assert.equal(status, 77);
    assert.match(stderr, /^unackd: unackd lab makes .*: start it as root, with sudo\n$/u);
  });

  it('an experiment that there is not, and a file that cannot be', function () {
    const unknown = unackd(['lab', 'drp']);
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /did you mean 'drop'\?/u);
    needsLab(this);
    const unwritable = unackd(['lab', 'drop', '--write', '/nowhere/lab.pcapng']);
    assert.equal(unwritable.status, 74);
    assert.ok(!existsSync('/nowhere'));
  });

  it('to be a part by hand', () => {
    assert.equal(unackd(['lab', 'part', '{}']).status, 2);
  });
});
