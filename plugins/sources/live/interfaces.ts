/** What could be captured on, and what is in the way. */
import { networkInterfaces } from 'node:os';
import { Capture, NotOpened } from './capture.ts';
import { linkState } from './flags.ts';
import type { LinkState } from './flags.ts';
import { loadKoffi } from './koffi.ts';
import { loadLibc } from './libc.ts';
import { loadLibpcap } from './libpcap.ts';
import { deniedText } from './rights.ts';

/** `struct if_nameindex`: a number, padding, a pointer to the name. */
const ENTRY_SIZE = 16;
const NAME_AT = 8;

export interface InterfaceReport {
  readonly name: string;
  readonly state: LinkState;
  /** LINKTYPE_ value; `null` where it can't be captured on. */
  readonly linkType: number | null;
  readonly addresses: readonly string[];
  /** Why it can't be captured on by now; `null` where it can. */
  readonly obstacle: string | null;
}

export interface CaptureReport {
  /** libpcap's version. */
  readonly libpcap: string;
  /** What to do for the right to capture; `null` where it is there. */
  readonly denied: string | null;
  readonly interfaces: readonly InterfaceReport[];
}

/** Names of the interfaces in this network namespace, in the kernel's order, and `any`. */
export function interfaceNames(): string[] {
  const libc = loadLibc();
  const { decode } = loadKoffi();
  const all = libc.if_nameindex();
  if (all === null) return ['any'];
  const names: string[] = [];
  for (let at = 0; decode(all, at, 'uint32_t') !== 0; at += ENTRY_SIZE) {
    names.push(decode(all, at + NAME_AT, 'const char *') as string);
  }
  libc.if_freenameindex(all);
  return [...names, 'any'];
}

/**
 * Opens each interface for a moment.
 * @throws InputError 66 where there is no libpcap
 */
export function reportInterfaces(): CaptureReport {
  const { version } = loadLibpcap();
  let denied: string | null = null;
  const interfaces = interfaceNames().map((name): InterfaceReport => {
    const state = linkState(name);
    const addresses = addressesOf(name);
    try {
      const settings = { filter: undefined, snapLength: 160, buffer: 1 << 20, promiscuous: false };
      const capture = new Capture(name, settings);
      const { linkType } = capture;
      capture.close();
      return { name, state, linkType, addresses, obstacle: null };
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      if (error.reason === 'forbidden') denied ??= deniedText();
      const obstacle = obstacleOf(name, error);
      return { name, state, linkType: null, addresses, obstacle };
    }
  });
  return { libpcap: version, denied, interfaces };
}

function obstacleOf(name: string, { reason, message }: NotOpened): string {
  switch (reason) {
    case 'forbidden':
      return 'takes CAP_NET_RAW';
    case 'down':
      return `is down: ip link set ${name} up`;
    default:
      return message;
  }
}

function addressesOf(name: string): string[] {
  return (networkInterfaces()[name] ?? []).map(({ address }) => address);
}
