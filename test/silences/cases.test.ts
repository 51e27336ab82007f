import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Play } from './play.ts';

const CASES = join(import.meta.dirname, 'cases');

/** A folder a case: what is configured, what happens (see play.ts), what comes of it. */
describe('what people are told', () => {
  for (const name of readdirSync(CASES)) {
    it(name.replaceAll('-', ' '), () => {
      const folder = join(CASES, name);
      const play = new Play(readFileSync(join(folder, 'config.yaml'), 'utf8'));
      for (const line of readFileSync(join(folder, 'events.txt'), 'utf8').trim().split('\n')) {
        play.event(line);
      }
      const got = `${play.lines.join('\n')}\n`;
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(join(folder, 'expected.txt'), got);
      assert.equal(got, readFileSync(join(folder, 'expected.txt'), 'utf8'));
    });
  }
});
