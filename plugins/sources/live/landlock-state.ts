/** What of Landlock the kernel has: landlock_create_ruleset(2). */
import { loadLibc } from './libc.ts';

/** The same on all of Linux's architectures that Node runs on. */
const LANDLOCK_CREATE_RULESET = 444;
const CREATE_RULESET_VERSION = 1;

/** Its ABI: files from 1 on, TCP from 4 on, signals from 6 on; 0 where there is none. */
export function landlockAbi(): number {
  return Math.max(0, loadLibc().syscall(LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION));
}
