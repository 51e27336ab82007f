/** Where the daemon may be asked: a Unix socket, or a loopback address with a port. Nothing that others can reach. */
import { resolve } from 'node:path';

export type ListenAddress =
  | { readonly kind: 'unix'; /** Absolute. */ readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export const LISTEN_EXAMPLES = 'unix:/run/unackd/admin.sock, 127.0.0.1:9477 or "[::1]:9477"';

/** sockaddr_un's sun_path holds 108 bytes, the last one 0 (unix(7)). */
const LONGEST_SOCKET_PATH = 107;

const TCP = /^(?:\[(?<six>[^\]]*)\]|(?<four>[^:]*)):(?<port>[0-9]{1,5})$/u;

/** 127.0.0.0/8 (RFC 1122) and ::1. A name may come to mean anything. */
const LOOPBACK = /^127\.(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){2}$/u;

/**
 * @param folder where a socket's relative path starts
 * @returns the address, or what is wrong with it: `wants ...`
 */
export function parseListen(text: string, folder: string): ListenAddress | string {
  if (text.startsWith('unix:')) {
    const written = text.slice('unix:'.length);
    if (written === '' || written.includes('\0')) return "wants a path behind 'unix:'";
    const path = resolve(folder, written);
    const length = Buffer.byteLength(path);
    if (length <= LONGEST_SOCKET_PATH) return { kind: 'unix', path };
    return `is a path of ${length} bytes, and a Unix socket's has ${LONGEST_SOCKET_PATH} at most`;
  }
  const groups = TCP.exec(text)?.groups;
  if (groups === undefined) return 'wants unix:PATH, or a loopback address and a port';
  const host = groups['six'] ?? groups['four'];
  const port = Number(groups['port']);
  if (port < 1 || port > 65_535) return `wants a port from 1 to 65535, not ${groups['port']}`;
  const loopback = groups['six'] === undefined ? LOOPBACK.test(host) : host === '::1';
  if (loopback) return { kind: 'tcp', host, port };
  return `wants a loopback address or a Unix socket, not '${host}': whoever reaches it could ask`;
}

/** As the configuration has it. */
export function listenText(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  const { host, port } = address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
