import { statusText } from '../daemon/status-text.ts';
import { clean } from '../face/clean.ts';
import { formatDuration } from '../face/duration.ts';
import { mendOf } from './mend.ts';
import { NAME } from './place.ts';
import type { ServiceState } from './state.ts';

function howItEnded({ exit, result }: ServiceState): string {
  if (result === 'watchdog') return ', ended by the watchdog';
  if (exit === null || exit.code === 0) return '';
  return exit.code === undefined ? `, ended by signal ${exit.signal}` : `, exit code ${exit.code}`;
}

/** What `unackd service status` shows to people. @param now milliseconds since the epoch */
export function stateText(state: ServiceState, now: number): string {
  const { installed, active, since, enabled, restarts, daemon, silent, journal } = state;
  const lines: string[] = [];
  if (installed) {
    const age =
      since === null
        ? ''
        : ` since ${since.replace('T', ' ').replace('Z', ' UTC')} (${formatDuration((now - Date.parse(since)) / 1000)})`;
    const boot = enabled ? 'starts with the machine' : "doesn't start with the machine";
    const again =
      restarts === 0 ? '' : `, restarted ${restarts} ${restarts === 1 ? 'time' : 'times'}`;
    lines.push(`${NAME}.service: ${active}${howItEnded(state)}${age}; ${boot}${again}`);
  } else lines.push(`${NAME}.service: not installed`);
  if (daemon !== null) lines.push(statusText(daemon, now));
  else if (silent !== null) {
    if (state.text !== '') lines.push(clean(state.text, true));
    lines.push(`it can't be asked for more: ${clean(silent.split('\n', 1)[0], true)}`);
  }
  if (journal.length > 0) {
    lines.push('its last words', ...journal.map((line) => `  ${clean(line, true)}`));
  }
  const mend = mendOf(state);
  if (mend !== null) lines.push(`what to do: ${mend}`);
  return lines.join('\n');
}
