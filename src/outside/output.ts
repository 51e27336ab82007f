/** What a plugin prints goes to the daemon's log: in bounds. */
import type { Readable } from 'node:stream';
import { clean } from '../face/clean.ts';

const LINE_MOST = 2000;
const LINES_A_SECOND = 20;

/**
 * Reads a stream to its end, whatever comes: a pipe that nobody reads would
 * stop who writes.
 * @param say is given each line, and how many there were that it was not given
 */
export function followOutput(stream: Readable, say: (line: string) => void): void {
  let rest = '';
  let left = LINES_A_SECOND;
  let from = performance.now();
  let dropped = 0;
  const told = (line: string): void => {
    const now = performance.now();
    if (now - from >= 1000) {
      if (dropped > 0)
        say(`(${dropped} more lines are not shown: at most ${LINES_A_SECOND} a second)`);
      left = LINES_A_SECOND;
      from = now;
      dropped = 0;
    }
    if (left > 0) say(clean(line.slice(0, LINE_MOST), true));
    else dropped++;
    left--;
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, LINE_MOST);
    for (const line of lines) if (line !== '') told(line);
  });
  stream.on('end', () => {
    if (rest !== '') told(rest);
    if (dropped > 0) say(`(${dropped} more lines are not shown)`);
  });
  // A broken pipe ends it as well.
  stream.on('error', () => {});
}
