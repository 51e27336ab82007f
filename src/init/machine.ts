/** What this machine suggests: interfaces, and places for files. */
import { networkInterfaces } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseListen } from '../config/listen.ts';
import { reportInterfaces } from '../engine/registry.ts';
import { InputError } from '../plugin/api.ts';
import type { SeenInterface } from '../starting/interfaces.ts';

/** Those that are there; without libpcap, those that have addresses. */
export function seenInterfaces(): readonly SeenInterface[] {
  try {
    return reportInterfaces().interfaces;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
      name,
      state: 'up',
      addresses: addresses.map(({ address }) => address),
      obstacle: null,
    }));
  }
}

export interface Places {
  readonly database: string;
  /** `null` where there is no room for a socket's path. */
  readonly admin: string | null;
  /** How a secret is best written there. */
  readonly secret: string;
}

/** A configuration in /etc is a service's. */
export function isService(output: string): boolean {
  return resolve(output).startsWith('/etc/');
}

/** A service's files have places of their own; any other's lie beside it. */
export function placesFor(output: string): Places {
  if (isService(output)) {
    return {
      database: '/var/lib/unackd/unackd.db',
      admin: 'unix:/run/unackd/admin.sock',
      secret: '${credential:secret_webhook}',
    };
  }
  const admin = 'unix:unackd.sock';
  const fits = typeof parseListen(admin, dirname(resolve(output))) !== 'string';
  return { database: 'unackd.db', admin: fits ? admin : null, secret: '${WEBHOOK_SECRET}' };
}
