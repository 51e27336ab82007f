import type { Clients } from './clients.ts';
import type { Places, Port } from './places.ts';

/** An answer may have passed unseen: no silence so far counts any more. */
export function forgetSilence(places: Places, clients: Clients): void {
  for (const network of places.networks.values()) {
    network.silent.clear();
    network.held.clear();
    for (const host of network.hosts.values()) {
      for (const port of host.ports.values()) forgetAt(port);
    }
  }
  clients.forgetReplies();
}

function forgetAt(port: Port): void {
  port.run = null;
  port.replies = null;
  port.refusals = null;
  // An open case of some failing flows is closed by flows that work: it needs its samples.
  if (!port.cases.has('partial-black-hole')) port.partial = null;
}
