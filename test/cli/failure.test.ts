import assert from 'node:assert/strict';
import { Args, Command, Errors, Flags } from '@oclif/core';
import { judge } from '../../src/cli/failure.ts';
import { InputError, OutputError } from '../../src/plugin/api.ts';

/** A system call's error, as node:fs throws it. */
function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: something, ${syscall}`), { code, syscall });
}

class Probe extends Command {
  static override args = { file: Args.string({ required: true, description: 'what to read' }) };
  static override flags = {
    format: Flags.string({ options: ['text', 'json'] }),
    top: Flags.integer({ min: 1, max: 9 }),
  };

  override async run(): Promise<void> {
    await this.parse(Probe);
    this.exit(3);
  }
}

async function thrownBy(...argv: string[]): Promise<unknown> {
  return Probe.run(argv, { root: import.meta.dirname, pjson: undefined }).catch(
    (error: unknown) => error,
  );
}

describe('failure', () => {
  it("takes our own errors' exit codes", () => {
    assert.deepEqual(judge(new InputError(66, 'x.pcap: no such file'), 'read', false), {
      exitCode: 66,
      text: 'unackd: x.pcap: no such file',
    });
    assert.equal(judge(new InputError(65, 'x'), 'read', false).exitCode, 65);
    assert.equal(judge(new OutputError(74, 'disk full'), 'run', false).exitCode, 74);
    assert.equal(judge(new OutputError(77, 'no'), 'run', false).exitCode, 77);
  });

  it('leaves a message of several lines as it was laid out', () => {
    const faults = 'unackd.yaml:1:1 error unknown-key: no\n  1 | x\n    | ^';
    const error = Object.assign(new Error(faults), { exitCode: 78 });
    assert.deepEqual(judge(error, 'check', false), { exitCode: 78, text: faults });
  });

  it('steers no terminal with the name of a file', () => {
    const { text } = judge(new InputError(66, 'a\u001B[31m\nb: no such file'), 'read', false);
    assert.equal(text, 'unackd: a[31m b: no such file');
  });

  it('is quiet when the reader of the output has gone', () => {
    assert.deepEqual(judge(systemError('EPIPE', 'write'), 'read', true), { exitCode: 0, text: '' });
  });

  it('says that the output failed', () => {
    for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']) {
      const { exitCode, text } = judge(systemError(code, 'write'), 'read', false);
      assert.equal(exitCode, 74);
      assert.equal(text, "unackd: can't write the output: something");
    }
    assert.equal(judge(systemError('EIO', 'read'), 'read', false).exitCode, 70);
  });

  it('turns a wrong command line into one line and 2', async () => {
    const lines: readonly [argv: string[], text: RegExp][] = [
      [
        ['x', '--fromat', 'json'],
        /^unackd: no option '--fromat'; did you mean '--format'\? \(see `unackd read --help`\)$/u,
      ],
      [['x', '--zzzzzz'], /^unackd: no option '--zzzzzz' \(see/u],
      [[], /^unackd: no FILE given: what to read \(see/u],
      [['x', 'y'], /^unackd: unexpected argument: y \(see/u],
      [['x', '--format', 'xml'], /^unackd: --format can't be 'xml'; it is one of: text, json \(/u],
      [
        ['x', '--format', 'jsno'],
        /^unackd: --format can't be 'jsno'; did you mean 'json'\? \(see/u,
      ],
      [['x', '--format'], /^unackd: --format wants a value: text, json \(see/u],
      [['x', '--top', 'y'], /^unackd: --top wants a whole number, not 'y' \(see/u],
      [['x', '--top', '0'], /^unackd: --top wants a whole number from 1 up, not '0' \(see/u],
      [['x', '--top', '10'], /^unackd: --top wants a whole number up to 9, not '10' \(see/u],
      [['x', '--top'], /^unackd: --top wants a value \(see/u],
      [['x', '--top', '2', '--top', '3'], /^unackd: --top can be given only once \(see/u],
    ];
    for (const [argv, expected] of lines) {
      const { exitCode, text } = judge(await thrownBy(...argv), 'read', false);
      assert.match(text, expected);
      assert.equal(exitCode, 2, text);
      assert.doesNotMatch(text, /\n/u);
    }
  });

  it("keeps a command's own exit code", async () => {
    assert.deepEqual(judge(await thrownBy('x'), 'read', false), { exitCode: 3, text: '' });
    assert.deepEqual(judge(new Errors.ExitError(0), 'read', false), { exitCode: 0, text: '' });
  });

  it('calls anything else an internal error, with the stack when asked', () => {
    const error = new TypeError('x is not a function\nand more');
    assert.deepEqual(judge(error, 'read', false), {
      exitCode: 70,
      text: 'unackd: internal error: x is not a function (UNACKD_DEBUG=1 shows where)',
    });
    assert.match(
      judge(error, 'read', true).text,
      /TypeError: x is not a function[\s\S]*failure\.test\.ts/u,
    );
    assert.equal(judge('a string', undefined, false).exitCode, 70);
    assert.equal(judge(undefined, undefined, false).exitCode, 70);
    assert.equal(
      judge(Object.assign(new Error('x'), { exitCode: 4096 }), 'read', false).exitCode,
      70,
    );
  });
});
