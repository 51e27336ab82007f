/** Programs of the system that set up networks: ip, nft, iptables. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What makes firewall rules. */
export const FIREWALL_TOOLS = ['nft', 'iptables'] as const;
export type FirewallTool = (typeof FIREWALL_TOOLS)[number];

/** EX_NOPERM */
const DENIED = 77;
/** EX_CONFIG: the machine lacks something. */
const LACKING = 78;

function failure(message: string, exitCode: number): Error {
  return Object.assign(new Error(message), { exitCode });
}

/**
 * Runs a program to its end; what it printed.
 * @throws Error with its own words; exit code 77 where rights were missing, 78 where it isn't there
 */
export function system(command: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
  if (error !== undefined) {
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw gone ? failure(`'${command}' is not installed`, LACKING) : error;
  }
  if (status === 0) return stdout;
  const denied = /not permitted|permission denied/iu.test(stderr);
  throw failure(
    `${[command, ...args].join(' ')}: ${stderr.trim().replaceAll('\n', '; ')}`,
    denied ? DENIED : LACKING,
  );
}

/** @throws Error with exit code 77 for everybody but root */
export function demandRoot(what: string): void {
  if (process.geteuid?.() === 0) return;
  throw failure(
    `${what} makes network namespaces and firewall rules: start it as root, with sudo`,
    DENIED,
  );
}

function isThere(command: string, question = '--version'): boolean {
  return spawnSync(command, [question]).status === 0;
}

/** @throws Error with exit code 78 where `ip` is missing */
export function demandIp(): void {
  if (isThere('ip', '-V')) return;
  throw failure("'ip' is not installed: it comes with the package iproute2 (iproute)", LACKING);
}

/** Whether this kernel knows IPv6 at all. */
export function hasIpv6(): boolean {
  return existsSync('/proc/sys/net/ipv6');
}

/** @throws Error with exit code 78 where it doesn't */
export function demandIpv6(): void {
  if (hasIpv6()) return;
  throw failure('this kernel has no IPv6: leave --ipv6 out', LACKING);
}

/** The newer one of those that are there. @throws Error with exit code 78 where there is neither */
export function firewallTool(): FirewallTool {
  for (const tool of FIREWALL_TOOLS) if (isThere(tool)) return tool;
  throw failure(`none of ${FIREWALL_TOOLS.join(', ')} is installed: one makes the rule`, LACKING);
}
