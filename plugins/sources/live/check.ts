/** What only this plugin can judge of its options; takes no rights and opens no interface. */
import { InputError } from 'unackd';
import type { OptionFault } from 'unackd';
import { linkState } from './flags.ts';
import { hasFirewallTools } from './host/firewall.ts';
import { interfaceNames } from './interfaces.ts';
import { hidesIcmp } from './kernel-filter.ts';
import { loadLibpcap } from './libpcap.ts';
import type { Libpcap } from './libpcap.ts';
import { expectedLinkType } from './link-type.ts';
import { findUser } from './rights.ts';

export interface Checked {
  readonly interface: readonly string[];
  readonly filter: string | undefined;
  readonly snaplen: number;
  readonly user: string | undefined;
  readonly firewall: boolean;
}

/** IFNAMSIZ less the closing NUL. */
const LONGEST_NAME = 15;

export function checkOptions(options: Checked): OptionFault[] {
  const { interface: names, filter, snaplen, user, firewall } = options;
  const faults = names.flatMap((name, item) => nameFaults(name, item, names));
  let libpcap: Libpcap;
  try {
    libpcap = loadLibpcap();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [...faults, { option: 'interface', severity: 'warning', message: error.message }];
  }
  if (!faults.some(({ severity }) => severity === 'error')) {
    faults.push(...names.flatMap((name, item) => absenceOf(name, item)));
  }
  if (filter !== undefined) faults.push(...filterFaults(libpcap, names, filter, snaplen));
  if (user !== undefined && findUser(user) === null) {
    const message = `'user': there is no user ${user} on this machine`;
    faults.push({ option: 'user', severity: 'warning', message });
  }
  if (firewall && !hasFirewallTools()) {
    const message =
      "'firewall': neither nft nor iptables-save is on this machine: no rule is named";
    faults.push({ option: 'firewall', severity: 'warning', message });
  }
  return faults;
}

function nameFaults(name: string, item: number, names: readonly string[]): OptionFault[] {
  const fault = (message: string, hint: string): OptionFault[] => [
    { option: 'interface', item, severity: 'error', message: `'interface': ${message}`, hint },
  ];
  if (name === '' || /[\s/\0]/u.test(name) || Buffer.byteLength(name) > LONGEST_NAME) {
    const hint = `at most ${LONGEST_NAME} bytes without blanks and slashes; see what there is with: unackd interfaces`;
    return fault(`'${name}' can't be the name of an interface`, hint);
  }
  if (names.indexOf(name) < item) return fault(`'${name}' is there twice`, 'name it once');
  if (name === 'any' && names.length > 1) {
    return fault("'any' is all of them: the others would be captured twice", 'leave them out');
  }
  return [];
}

/** No error: an interface may come. */
function absenceOf(name: string, item: number): OptionFault[] {
  if (linkState(name) !== 'absent') return [];
  const there = interfaceNames();
  return [
    {
      option: 'interface',
      item,
      severity: 'warning',
      message: `'interface': there is no ${name} by now; a run waits for it`,
      hint: `there are: ${there.join(', ')}`,
    },
  ];
}

/** Once for each link type: `ether host` means something on Ethernet only. */
function filterFaults(
  libpcap: Libpcap,
  names: readonly string[],
  filter: string,
  snaplen: number,
): OptionFault[] {
  const types = new Map(names.map((name) => [expectedLinkType(name), name]));
  for (const [linkType, name] of types) {
    const handle = libpcap.openDead(linkType, snaplen);
    try {
      const answer = libpcap.compile(handle, filter);
      if (typeof answer === 'string') {
        const of = types.size > 1 ? ` (on ${name})` : '';
        const message = `'filter': libpcap says${of}: ${answer}`;
        return [{ option: 'filter', severity: 'error', message, hint: 'see: man 7 pcap-filter' }];
      }
      if (hidesIcmp(libpcap, handle, filter)) {
        return [{ option: 'filter', severity: 'warning', message: WIDENED, hint: WHY_WIDENED }];
      }
    } finally {
      libpcap.close(handle);
    }
  }
  return [];
}

const WIDENED = "'filter' lets no ICMP error pass; those are taken all the same";
const WHY_WIDENED =
  'without them a refused port would look like one that swallows SYNs; the filter holds for TCP';
