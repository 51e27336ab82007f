import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 compile with TurboFan what was called 30,000 times, not 3,000. A capture is
 * read within half a second, in which Maglev's code serves as well; TurboFan's
 * compilations take three times as long as Maglev's, on the threads of a machine
 * that may have two. What runs for longer gets there all the same. (Flag:
 * V8, src/flags/flag-definitions.h.)
 */
export function tierUpLate(): void {
  setFlagsFromString('--invocation-count-for-turbofan=30000');
}
