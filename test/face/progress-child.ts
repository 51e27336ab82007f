/** Works until it is ended, with a progress bar on standard output as if that were a terminal. */
import { startProgress } from '../../src/face/progress.ts';

const stream = Object.assign(process.stdout, { isTTY: true, columns: 80 });
const progress = startProgress(stream, true);
let done = 0;
setInterval(() => progress.update((done += 1e6), 1e9, done / 100), 20);
