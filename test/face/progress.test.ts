import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { progressLine, startProgress } from '../../src/face/progress.ts';

class Screen extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = '';

  constructor(isTTY = true) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';
const CLEAR_LINE = '\u001b[2K';

/** Longer than it takes for the bar to appear. */
const LONG_MS = 650;

async function work(screen: Screen, enabled: boolean, ms: number): Promise<void> {
  const progress = startProgress(screen, enabled);
  const until = performance.now() + ms;
  while (performance.now() < until) {
    progress.update(5e6, 10e6, 1234);
    await sleep(10);
  }
  progress.stop();
  progress.stop();
}

describe('progress bar', () => {
  const { TERM } = process.env;
  beforeEach(() => {
    process.env['TERM'] = 'xterm';
  });
  after(() => {
    if (TERM === undefined) delete process.env['TERM'];
    else process.env['TERM'] = TERM;
  });

  it('shows on long work, then clears itself and brings the cursor back', async () => {
    const screen = new Screen();
    const listeners = process.listenerCount('SIGINT');
    await work(screen, true, LONG_MS);
    assert.match(screen.text, /\[#{12}\.{12}\] {2}50 % [\d.]+ MB\/s, 1,234 packets, .* left/);
    assert.ok(screen.text.includes(HIDE_CURSOR));
    assert.ok(screen.text.lastIndexOf(SHOW_CURSOR) > screen.text.lastIndexOf(HIDE_CURSOR));
    assert.ok(screen.text.endsWith(CLEAR_LINE));
    assert.ok(!screen.text.includes('\n'));
    assert.equal(process.listenerCount('SIGINT'), listeners);
  });

  it('does not show on short work', async () => {
    const screen = new Screen();
    await work(screen, true, 100);
    assert.equal(screen.text, '');
  });

  it('never shows in a pipe, where it is not wanted, or on a dumb terminal', async () => {
    const pipe = new Screen(false);
    const unwanted = new Screen();
    const dumb = new Screen();
    const works = [work(pipe, true, LONG_MS), work(unwanted, false, LONG_MS)];
    process.env['TERM'] = 'dumb';
    await Promise.all([...works, work(dumb, true, LONG_MS)]);
    assert.equal(pipe.text + unwanted.text + dumb.text, '');
  });

  it('brings the cursor back on SIGINT, and lets it end the process', async () => {
    const script = fileURLToPath(new URL('progress-child.ts', import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('%')) child.kill('SIGINT');
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    assert.deepEqual([code, signal], [null, 'SIGINT']);
    assert.ok(text.lastIndexOf(SHOW_CURSOR) > text.lastIndexOf(HIDE_CURSOR));
    assert.ok(text.endsWith(CLEAR_LINE));
  });

  it('fits its line into narrow terminals, and needs no total', () => {
    const figures = { done: 5e6, total: 10e6, packets: 1_234_567, seconds: 2 };
    for (let width = 10; width < 120; width++) {
      assert.ok(progressLine(figures, width).length < width);
      assert.ok(progressLine({ ...figures, total: 0 }, width).length < width);
    }
    assert.equal(
      progressLine(figures, 80),
      '[############............]  50 % 2.5 MB/s, 1.2 M packets, 2 s left',
    );
    assert.equal(progressLine({ ...figures, total: 0 }, 80), '5 MB, 2.5 MB/s, 1.2 M packets');
  });
});
