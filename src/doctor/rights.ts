/** Which capabilities this process has, and what each is for; see capabilities(7). */
import { readFileSync } from 'node:fs';
import { ok, fail } from './finding.ts';
import type { Finding } from './finding.ts';

const CAP_NET_ADMIN = 12;
const CAP_NET_RAW = 13;

/** What /proc says of a process's rights. */
export interface Rights {
  /** Effective, and the bound that no program it starts gets beyond. */
  readonly effective: bigint;
  readonly bounding: bigint;
  /** What a file was given by setcap means nothing. */
  readonly noNewPrivileges: boolean;
}

/** @param status of /proc/self/status */
export function parseRights(status: string): Rights {
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(?<value>\\S+)$`, 'mu').exec(status)?.groups?.['value'] ?? '0';
  return {
    effective: BigInt(`0x${field('CapEff')}`),
    bounding: BigInt(`0x${field('CapBnd')}`),
    noNewPrivileges: field('NoNewPrivs') === '1',
  };
}

function has(set: bigint, capability: number): boolean {
  return ((set >> BigInt(capability)) & 1n) === 1n;
}

/** @param program path of what is started */
export function rightsFindings(rights: Rights, uid: number, program: string): Finding[] {
  const { effective, bounding, noNewPrivileges } = rights;
  const who = uid === 0 ? 'root' : `user ${uid}`;
  const admin = has(effective, CAP_NET_ADMIN)
    ? 'CAP_NET_ADMIN is there, too: firewall rules can be named'
    : 'without CAP_NET_ADMIN, which is needed only to name firewall rules';
  if (has(effective, CAP_NET_RAW)) {
    return [ok('rights', `${who} has CAP_NET_RAW, which capturing takes; ${admin}`)];
  }
  const text = `${who} lacks CAP_NET_RAW, without which nothing is captured (capture files can be read)`;
  if (!has(bounding, CAP_NET_RAW)) {
    return [
      fail(
        'rights',
        `${text}; this environment grants it to nobody`,
        'containers: --cap-add NET_RAW; systemd: CapabilityBoundingSet=CAP_NET_RAW',
      ),
    ];
  }
  const systemd = 'systemd: AmbientCapabilities=CAP_NET_RAW';
  const mend = noNewPrivileges
    ? `${systemd}; setcap has no effect here (no_new_privs)`
    : `setcap cap_net_raw+ep ${program}; ${systemd}; or start as root`;
  return [fail('rights', text, mend)];
}

export function lookAtRights(): Finding[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  return rightsFindings(parseRights(status), process.getuid?.() ?? 0, process.execPath);
}
