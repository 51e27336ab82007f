/** Answers that come as flags. */
import type { Answers } from './written.ts';
import { expectedPorts } from './expected.ts';
import { syslogSink, webhookSink } from './receivers.ts';
import { WrongAnswer } from './wrong-answer.ts';

export interface Given {
  readonly interface: readonly string[] | undefined;
  readonly database: string | undefined;
  readonly webhook: string | undefined;
  readonly syslog: string | undefined;
  readonly expect: readonly string[] | undefined;
}

/** Linux's dev_valid_name(): no slash, no white space, no colon; IFNAMSIZ is 16, with the NUL. */
const INTERFACE = /^(?!\.{1,2}$)[^/:\s\0]+$/u;
const LONGEST_INTERFACE = 15;

function interfaceName(text: string): string {
  if (INTERFACE.test(text) && Buffer.byteLength(text) <= LONGEST_INTERFACE) return text;
  throw new WrongAnswer(`'${text}' can't be an interface's name: \`unackd interfaces\` lists them`);
}

/** @throws WrongAnswer */
export function databasePath(text: string): string {
  if (text.trim() !== '' && !text.includes('\0') && !text.endsWith('/')) return text;
  throw new WrongAnswer(`'${text}' can't be a database's path: such as /var/lib/unackd/unackd.db`);
}

/** @throws WrongAnswer that names the flag */
async function flag<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WrongAnswer) throw new WrongAnswer(`--${name}: ${error.message}`);
    throw error;
  }
}

/** @throws WrongAnswer */
export async function answersFrom(given: Given): Promise<Answers> {
  const { interface: interfaces, database, webhook, syslog, expect = [] } = given;
  const sinks = [
    ...(webhook === undefined ? [] : [await flag('webhook', () => webhookSink(webhook))]),
    ...(syslog === undefined ? [] : [await flag('syslog', () => syslogSink(syslog))]),
  ];
  const expected = await flag('expect', () => Promise.all(expect.map((one) => expectedPorts(one))));
  return {
    interfaces:
      interfaces === undefined
        ? null
        : await flag('interface', () => interfaces.map((one) => interfaceName(one))),
    database: database === undefined ? null : await flag('database', () => databasePath(database)),
    sinks,
    expected: expected.flat(),
  };
}
