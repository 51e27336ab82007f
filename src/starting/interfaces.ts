/** Which of a machine's interfaces are worth capturing on. */
import { BlockList, isIP } from 'node:net';

/** An interface, as `unackd interfaces` reports it. */
export interface SeenInterface {
  readonly name: string;
  readonly state: string;
  readonly addresses: readonly string[];
  /** Why it can't be captured on by now; `null` where it can. */
  readonly obstacle: string | null;
}

export interface ChosenInterface {
  readonly name: string;
  /** What it is, or why it isn't chosen; one line. */
  readonly about: string;
}

export interface Choice {
  /** What has addresses that others reach. */
  readonly chosen: readonly ChosenInterface[];
  readonly others: readonly ChosenInterface[];
}

/** Others that are shown: a machine with containers has hundreds. */
const SHOWN = 8;

const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8);
OWN.addAddress('::1', 'ipv6');
OWN.addSubnet('169.254.0.0', 16);
OWN.addSubnet('fe80::', 10, 'ipv6');

function isReached(address: string): boolean {
  return !OWN.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether an interface can be captured on is not asked: the service has the right, and waits for one that is down. */
export function chooseInterfaces(seen: readonly SeenInterface[]): Choice {
  const chosen: ChosenInterface[] = [];
  const others: ChosenInterface[] = [];
  for (const { name, state, addresses } of seen) {
    if (name === 'any') continue;
    const reached = addresses.filter((address) => isReached(address));
    if (reached.length > 0) {
      chosen.push({ name, about: `${state}, ${reached.join(' ')}` });
    } else if (others.length < SHOWN) {
      const why = addresses.length > 0 ? 'only addresses of this machine' : 'no address';
      others.push({ name, about: `${state}, ${why}` });
    }
  }
  return { chosen, others };
}
