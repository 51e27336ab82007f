import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Hosts } from '../../src/lab/hosts.ts';
import { INTERFACE } from '../../src/lab/hosts.ts';
import type { Sent } from './sender.ts';

const SENDER = `${import.meta.dirname}/sender.ts`;

/** The server's own address on the cable. */
export function macOf(hosts: Hosts): string {
  return hosts.run(hosts.server, 'cat', [`/sys/class/net/${INTERFACE}/address`]).trim();
}

/**
 * Has the client send; resolves at the end.
 * @param mac whom to
 * @param rate frames a second
 * @param first number of the first SYN: those of one number are one SYN sent twice
 * @throws Error with the sender's own words where it failed
 */
export async function send(
  hosts: Hosts,
  mac: string,
  what: 'syn' | 'bulk',
  rate: number,
  seconds: number,
  first = 0,
): Promise<Sent> {
  const argv = [
    process.execPath,
    SENDER,
    INTERFACE,
    mac,
    what,
    String(rate),
    String(seconds),
    String(first),
  ];
  const child = hosts.spawn(hosts.client, argv, ['ignore', 'pipe', 'pipe']);
  const [said, words, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`the sender ended with ${code}: ${words.trim()}`);
  return JSON.parse(said) as Sent;
}
