import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../../support/needs.ts';
import { countFrames } from './drain.ts';

const corpus = new URL('../../../../shared/corpus/', import.meta.url).pathname;
const captures = existsSync(corpus)
  ? readdirSync(corpus).filter((name) => /\.pcap(?:ng)?(?:\.gz)?$/u.test(name))
  : [];

/** Frames in a file as Wireshark's capinfos counts them; `null` where it isn't installed. */
function capinfos(path: string): number | null {
  const { status, stdout } = spawnSync('capinfos', ['-c', '-M', '-T', '-r', path], {
    encoding: 'utf8',
  });
  return status === 0 ? Number(stdout.trim().split('\t').at(-1)) : null;
}

describe('pcap: real captures', () => {
  it('are there', function test() {
    needs(this, captures.length > 0, 'no corpus beside the checkout');
  });

  for (const name of captures) {
    it(`${name}: as many frames as capinfos counts`, async function test() {
      const path = join(corpus, name);
      const { count, notices } = await countFrames(path);
      assert.deepEqual(
        notices.filter(({ code }) => code === 'truncated-file'),
        [],
      );
      const expected = capinfos(path);
      needs(this, expected !== null, 'capinfos is not installed');
      assert.equal(count, expected);
    });
  }
});
