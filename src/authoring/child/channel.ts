import { writeSync } from 'node:fs';
import type { CheckMessage } from '../messages.ts';

/** As the parent opens it: standard output is the plugin's own. */
export const CHANNEL = 3;

/** Says something to the parent, before anything else happens. */
export function say(message: CheckMessage): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(CHANNEL, bytes, at);
}
