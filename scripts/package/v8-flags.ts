/**
 * V8's flags in a packed binary; `bin/unackd` gives Node the same.
 *
 * TurboFan compiles what was called 30,000 times, not 3,000. A capture is read
 * within half a second, in which Maglev's code serves as well; TurboFan's
 * compilations take three times as long as Maglev's, on the threads of a machine
 * that may have two. What runs for longer gets there all the same. (Its default:
 * V8, src/flags/flag-definitions.h.)
 */
export const V8_FLAGS: readonly string[] = ['--invocation-count-for-turbofan=30000'];
