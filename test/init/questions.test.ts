import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFolder } from '../sinks/places.ts';
import { needsBuild, unackd } from '../support/unackd.ts';
import { CLEAR, CTRL_C, CTRL_D, ENTER, talk } from './dialogue.ts';
import type { Turn } from './dialogue.ts';

const QUESTIONS = [
  'Which interfaces',
  'Where do attempts',
  'A URL',
  'A syslog',
  'Ports that must',
  'Write unackd.yaml?',
];

/** Enter to all, but for those questions that say something else. */
function turns(said: Readonly<Record<string, readonly string[]>> = {}): Turn[] {
  return QUESTIONS.flatMap((question) =>
    (said[question] ?? [ENTER]).map((typed, i): Turn => [i === 0 ? question : '▲', typed]),
  );
}

describe('init: questions', function () {
  this.timeout(20_000);

  before(function () {
    needsBuild(this);
  });

  it('Enter to all of them: as --yes', async () => {
    await withFolder((cwd) => {
      const { status, stdout, stderr } = talk(['init'], turns(), { cwd });
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /unackd\.yaml is written\. Next:/u);
      const asked = readFileSync(join(cwd, 'unackd.yaml'), 'utf8');
      unackd(['init', '--yes', '--force'], { cwd });
      assert.equal(asked, readFileSync(join(cwd, 'unackd.yaml'), 'utf8'));
    });
  });

  it('a terminal without UTF-8 gets ASCII, and the same file', async () => {
    await withFolder((cwd) => {
      const env = { LC_ALL: 'C' };
      const { status, stdout, stderr } = talk(['init'], turns(), { cwd, env });
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /Which interfaces are captured on\?/u);
      assert.doesNotMatch(stdout, /\P{ASCII}/u);
      const asked = readFileSync(join(cwd, 'unackd.yaml'), 'utf8');
      unackd(['init', '--yes', '--force'], { cwd });
      assert.equal(asked, readFileSync(join(cwd, 'unackd.yaml'), 'utf8'));
    });
  });

  it('answers are in the file; wrong ones are asked for again', async () => {
    await withFolder((cwd) => {
      const { status, stdout, stderr } = talk(
        ['init'],
        turns({
          'Where do attempts': [`${CLEAR}/var/tmp/a.db${ENTER}`],
          'A URL': [`example.org${ENTER}`, `${CLEAR}https://example.org/hook${ENTER}`],
          'A syslog': [`tcp://10.0.0.5:601${ENTER}`],
          'Ports that must': [`10.1.0.1${ENTER}`, `:443 localhost:80${ENTER}`],
        }),
        { cwd },
      );
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /is no URL such as/u);
      assert.match(stdout, /is no port that could be/u);
      const text = readFileSync(join(cwd, 'unackd.yaml'), 'utf8');
      assert.match(text, /path: \/var\/tmp\/a\.db/u);
      assert.match(text, /url: https:\/\/example\.org\/hook/u);
      assert.match(text, /transport: tcp\n +host: 10\.0\.0\.5\n +port: 601/u);
      assert.match(text, /expect: \[10\.1\.0\.1:443, /u);
      assert.match(text, /: localhost$/mu);
      assert.equal(unackd(['check', 'unackd.yaml'], { cwd }).status, 0);
    });
  });

  it('Ctrl-C at the first, a middle and the last one leaves nothing, and the terminal as it was', async () => {
    await withFolder((cwd) => {
      for (const at of [0, 2, QUESTIONS.length - 1]) {
        const until = turns().slice(0, at);
        const { status, stdout } = talk(['init'], [...until, [QUESTIONS[at], CTRL_C]], { cwd });
        assert.equal(status, 130, stdout);
        assert.match(stdout, /unackd: stopped; nothing was written/u);
        assert.equal(
          stdout.lastIndexOf('\u001b[?25h') > stdout.lastIndexOf('\u001b[?25l'),
          true,
          'a cursor',
        );
        assert.deepEqual(readdirSync(cwd), []);
      }
    });
  });

  it('Ctrl-D ends it as Ctrl-C does', async () => {
    await withFolder((cwd) => {
      for (const at of [0, 2]) {
        const until = turns().slice(0, at);
        const { status, stdout } = talk(['init'], [...until, [QUESTIONS[at], CTRL_D]], { cwd });
        assert.equal(status, 130, stdout);
        assert.match(stdout, /unackd: stopped; nothing was written/u);
        assert.deepEqual(readdirSync(cwd), []);
      }
    });
  });

  it('a no at the end leaves nothing', async () => {
    await withFolder((cwd) => {
      const { status, stdout } = talk(['init'], turns({ 'Write unackd.yaml?': ['n'] }), { cwd });
      assert.equal(status, 130, stdout);
      assert.match(stdout, /nothing was written/u);
      assert.deepEqual(readdirSync(cwd), []);
    });
  });

  it('SIGTERM in the midst leaves nothing, and a cursor', async () => {
    await withFolder((cwd) => {
      const { status, stdout } = talk(['init'], [['Which interfaces', 'SIGTERM']], { cwd });
      assert.equal(status, 143, stdout);
      assert.equal(
        stdout.lastIndexOf('\u001b[?25h') > stdout.lastIndexOf('\u001b[?25l'),
        true,
        stdout,
      );
      assert.deepEqual(readdirSync(cwd), []);
    });
  });

  it('a file that is there is told before anything is asked', async () => {
    await withFolder((cwd) => {
      writeFileSync(join(cwd, 'unackd.yaml'), 'mine');
      const { status, stdout } = talk(['init'], [], { cwd });
      assert.equal(status, 74, stdout);
      assert.match(stdout, /is there already/u);
      assert.equal(readFileSync(join(cwd, 'unackd.yaml'), 'utf8'), 'mine');
    });
  });

  it('fits a narrow terminal, and NO_COLOR', async () => {
    await withFolder((cwd) => {
      const { status, stdout } = talk(
        ['init'],
        [
          ['Which interfaces', ENTER],
          ['attempts', CTRL_C],
        ],
        {
          cwd,
          columns: 30,
          env: { NO_COLOR: '1' },
        },
      );
      assert.equal(status, 130, stdout);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(stdout, /\u001b\[3[0-9]m/u);
    });
  });

  it('a terminal that can draw nothing is none', async () => {
    await withFolder((cwd) => {
      const { status, stdout } = talk(['init'], [], { cwd, env: { TERM: 'dumb' } });
      assert.equal(status, 2, stdout);
      assert.match(stdout, /there is no terminal to ask on/u);
    });
  });
});
