/** Ports that must answer, from what a person writes. */
import { lookup } from 'node:dns/promises';
import { canonicalEndpoint } from '../config/names.ts';
import type { ExpectedPort } from '../starting/configuration.ts';
import { isPort } from './receivers.ts';
import { WrongAnswer } from './wrong-answer.ts';

/** Of what is an endpoint: the last part of a bare IPv6 address is no port. */
const WITH_PORT = /^(?:\[.*\]|[\d.]+):(?<port>\d+)$/u;

const NAMED = /^(?<name>[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?):(?<port>\d{1,5})$/u;

/** Of one name: a service behind more addresses is better named by its network. */
const ADDRESSES = 16;

/**
 * `10.1.0.1:443`, `[2001:db8::1]:443`, or `shop.example:443`, which is looked
 * up: captures hold addresses. Those are then called by the name.
 * @throws WrongAnswer
 */
export async function expectedPorts(text: string): Promise<ExpectedPort[]> {
  const endpoint = canonicalEndpoint(text);
  const port = WITH_PORT.exec(endpoint ?? '')?.groups?.['port'];
  if (endpoint !== null && isPort(port ?? '')) return [{ endpoint, name: null }];
  const named = NAMED.exec(text)?.groups;
  // What ends in digits was meant to be an address.
  if (named === undefined || !isPort(named['port']) || /(?:^|\.)\d+$/u.test(named['name'])) {
    throw new WrongAnswer(
      `'${text}' is no port that could be expected: such as 10.1.0.1:443, [2001:db8::1]:443 or shop.example:443`,
    );
  }
  const { name, port: number } = named;
  let addresses: string[];
  try {
    const found = await lookup(name, { all: true });
    addresses = found.map(({ address }) => address);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new WrongAnswer(`'${text}': ${name} has no address here (${code}): write the address`);
  }
  const endpoints = addresses.slice(0, ADDRESSES).flatMap((address) => {
    return (
      canonicalEndpoint(
        address.includes(':') ? `[${address}]:${number}` : `${address}:${number}`,
      ) ?? []
    );
  });
  return [...new Set(endpoints)].map((one) => ({ endpoint: one, name }));
}
