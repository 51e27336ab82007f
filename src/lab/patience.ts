/** How long the client's kernel tries to connect. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const RETRIES = '/proc/sys/net/ipv4/tcp_syn_retries';
/** Since Linux 6.5. */
const LINEAR = '/proc/sys/net/ipv4/tcp_syn_linear_timeouts';

/** RETRIES, unless someone changed it. */
const USUAL = 6;

/**
 * Seconds after which Linux gives up: the first timer to run out after the
 * time that so many doubled timers would take (`tcp_write_timeout`,
 * `tcp_model_timeout`), where the first ones are not doubled. Measured: 7.1 s
 * with 2 retries and 134 s with 6, both with 4 linear timers.
 */
export function givesUpAfter(retries: number, linear: number): number {
  const bound = 2 ** (retries + 1) - 1;
  let time = 0;
  for (let timer = 1, sent = 0; time < bound; sent++) {
    time += timer;
    if (sent >= linear) timer *= 2;
  }
  return time;
}

/** The most retries, up to the usual ones, with which a client gives up within so many seconds; 1 at least. */
export function retriesWithin(seconds: number, linear: number): number {
  for (let retries = USUAL; retries > 1; retries--) {
    if (givesUpAfter(retries, linear) <= seconds) return retries;
  }
  return 1;
}

/** Has this network namespace's kernel give up within so many seconds. @returns after how many it will */
export function bePatient(seconds: number): number {
  const linear = existsSync(LINEAR) ? Number(readFileSync(LINEAR, 'utf8')) : 0;
  const retries = retriesWithin(seconds, linear);
  writeFileSync(RETRIES, String(retries));
  return givesUpAfter(retries, linear);
}
