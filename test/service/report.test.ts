import assert from 'node:assert/strict';
import { Report } from '../../src/service/report.ts';

describe('service: what is told of the steps', () => {
  it('a closed output stops none of them, and is told once they are done', () => {
    const closed = Object.assign(new Error('EPIPE'), { code: 'EPIPE', syscall: 'write' });
    const lines: string[] = [];
    const report = new Report((line) => {
      if (lines.length === 1) throw closed;
      lines.push(line);
    });
    for (const line of ['one', 'two', 'three']) report.say(line);
    assert.deepEqual(lines, ['one']);
    assert.throws(() => report.end(), closed);
  });

  it('is silent where all was said', () => {
    const report = new Report(() => {});
    report.say('one');
    report.end();
  });
});
