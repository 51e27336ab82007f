/** Servers and clients that the ready-made scenarios share. */
import type { ClientSpec } from './scenario.ts';
import type { EndpointSpec } from './servers.ts';
import { REAL_STACKS } from './stacks.ts';

export const WEB = '10.1.0.1:443';
export const APP = '10.1.0.1:8000';
export const ADMIN = '10.1.0.1:8002';
export const DATABASE = '10.1.0.2:5432';
export const SERVICES = [WEB, APP, ADMIN, DATABASE];

/** All open. */
export const OPEN: readonly EndpointSpec[] = [
  { ip: '10.1.0.1', port: 443 },
  { ip: '10.1.0.1', port: 8000 },
  { ip: '10.1.0.1', port: 8002 },
  { ip: '10.1.0.2', port: 5432 },
];

/** Open, closed, and one that was never anything but silent. */
export const MIXED: readonly EndpointSpec[] = [
  ...OPEN,
  { ip: '10.1.0.1', port: 81, behaviour: { kind: 'closed' } },
  { ip: '10.1.0.3', port: 9000, behaviour: { kind: 'drop' } },
];
export const MIXED_TARGETS = [...SERVICES, ...SERVICES, '10.1.0.1:81', '10.1.0.3:9000'];

/** Addresses `prefix` + 1, 2, ... */
export function hosts(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
}

/** Clients of the six real stacks in equal parts, `rate` attempts a second in all. */
export function people(
  rate: number,
  targets: readonly string[],
  more: Partial<ClientSpec> = {},
  prefix = '10.2',
): ClientSpec[] {
  return REAL_STACKS.map((stack, i) => {
    const spec: ClientSpec = {
      addresses: hosts(`${prefix}.${i}.`, 5),
      stack,
      targets,
      rate: rate / REAL_STACKS.length,
      impatient: 0.15,
    };
    return Object.assign(spec, more);
  });
}

export function rejecting(ip: string, port: number, type: number, code: number): EndpointSpec {
  return { ip, port, behaviour: { kind: 'reject', type, code } };
}

/** Every port of every host 1 to 254 of these /24s. */
export function sweep(prefixes: readonly string[], ports: readonly number[]): string[] {
  return prefixes.flatMap((prefix) =>
    hosts(prefix, 254).flatMap((ip) => ports.map((port) => `${ip}:${port}`)),
  );
}
