/** What to do about a service that is not well. */
import { CREDENTIALS, NAME, STATE } from './place.ts';
import type { ServiceState } from './state.ts';

const START = `systemctl start ${NAME}`;

/** By exit code: our own as in sysexits.h, from 200 on systemd's (systemd.exec(5)). */
function byCode(code: number, configuration: string): string | null {
  switch (code) {
    case 2:
      return `its command line is wrong: see \`systemctl cat ${NAME}\`, or install it again`;
    case 65:
    case 66:
      return `what it reads is missing or no capture: libpcap (apt install libpcap0.8), or a file that ${configuration} names; then ${START}`;
    case 74:
      return `it can't write: see the room and the rights with \`df ${STATE}\`; it is tried again by itself`;
    case 75:
      return `another unackd has its database or its socket: \`pgrep -a ${NAME}\`; it is tried again by itself`;
    case 77:
      return `it may not capture, or not read ${configuration} (chmod 644, secrets apart from it): does a drop-in (\`systemctl cat ${NAME}\`), or the container that this is, take CAP_NET_RAW away?`;
    case 78:
      return `its configuration is wrong (unackd check ${configuration}), or its database is not for this unackd, as its last words say; then ${START}`;
    case 203:
      return 'its program is not there any more, or its user may not start it: unackd service install';
    case 243:
      return `the folder of its secrets is gone, or can't be read: mkdir -m 700 ${CREDENTIALS}; then ${START}`;
    default:
      return null;
  }
}

/** One line, without a full stop; `null` where nothing need be done. */
export function mendOf(state: ServiceState): string | null {
  const { installed, active, result, exit, enabled, stale, configuration } = state;
  if (!installed) return 'unackd service install';
  const known = exit?.code === undefined ? null : byCode(exit.code, configuration);
  if (known !== null) return known;
  switch (result) {
    case 'watchdog':
      return 'it gave no sign of life and was ended: what its journal says before that belongs into a report';
    case 'start-limit-hit':
      return `it failed too often to be tried again: mend what its journal says, then systemctl reset-failed ${NAME} and ${START}`;
    case 'timeout':
      return `it was not ready in time: see \`journalctl -u ${NAME}\``;
    default:
  }
  if (active === 'failed') return `see \`journalctl -u ${NAME}\`; then ${START}`;
  if (active === 'inactive') return START;
  if (stale) return 'its unit has changed: systemctl daemon-reload, then systemctl restart unackd';
  if (state.daemon?.reload?.ok === false) {
    return `the configuration has been refused, and the old one holds: unackd check ${configuration}; then systemctl reload ${NAME}`;
  }
  return enabled ? null : `it won't start with the machine: systemctl enable ${NAME}`;
}
