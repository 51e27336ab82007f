import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Linux's lists of TCP sockets, of this process's network namespace. */
const LISTS = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * Bytes of a TCP connection that the other side has not acknowledged yet, by
 * the kernel's own account (tx_queue: write_seq - snd_una); `null` where the
 * kernel doesn't tell.
 */
export function unacknowledged({ localPort, remotePort }: Socket): number | null {
  if (localPort === undefined || remotePort === undefined) return null;
  // `sl local_address rem_address st tx_queue:rx_queue ...`, addresses and queues in hexadecimal.
  const row = new RegExp(
    `^ *\\d+: [0-9A-F]+:${hexPort(localPort)} [0-9A-F]+:${hexPort(remotePort)} [0-9A-F]{2} ([0-9A-F]+):`,
    'm',
  );
  for (const path of LISTS) {
    try {
      const [, queue] = row.exec(readFileSync(path, 'latin1')) ?? [];
      if (queue !== undefined) return Number.parseInt(queue, 16);
    } catch {
      // No Linux, or hidden from us.
    }
  }
  return null;
}
