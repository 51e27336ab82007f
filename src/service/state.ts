/** How the service is, as systemd and the daemon itself tell. */
import { existsSync } from 'node:fs';
import type { ListenAddress } from '../config/listen.ts';
import { addressOf, askStatus } from '../daemon/ask.ts';
import { hindrances } from '../daemon/state.ts';
import type { Status } from '../daemon/state.ts';
import { recentLines } from './journal.ts';
import { ask, hasSystemd, propertiesOf } from './manager.ts';
import { CONFIG, NAME, SOCKET } from './place.ts';
import { ServiceError } from './step.ts';

const UNIT = `${NAME}.service`;

const ASKED = [
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'UnitFileState',
  'NeedDaemonReload',
  'ExecMainCode',
  'ExecMainStatus',
  'StateChangeTimestamp',
  'ActiveEnterTimestamp',
  'NRestarts',
  'MainPID',
  'StatusText',
  'InvocationID',
] as const;

export interface ServiceState {
  readonly installed: boolean;
  /** As systemd says: active, activating, inactive, failed, ... */
  readonly active: string;
  readonly sub: string;
  /** success, exit-code, signal, watchdog, timeout, start-limit-hit, ... */
  readonly result: string;
  /** Starts at boot. */
  readonly enabled: boolean;
  /** The unit was changed, and systemd has not read it again. */
  readonly stale: boolean;
  /** UTC, to the second; `null` where nothing has changed yet. */
  readonly since: string | null;
  /** Restarts since the last start by hand. */
  readonly restarts: number;
  /** How its last run ended; `null` where it runs, or never did. */
  readonly exit: { readonly code?: number; readonly signal?: number } | null;
  /** What it says of itself, one line. */
  readonly text: string;
  readonly configuration: string;
  /** What the daemon answers; `null` where it could not be asked. */
  readonly daemon: Status | null;
  /** Why it could not be asked. */
  readonly silent: string | null;
  /** Its last lines in the journal, where it is not well. */
  readonly journal: readonly string[];
}

/** siginfo_t's si_code of a child that ended: exited, killed, dumped. */
const CLD_EXITED = 1;

/** `Sun 2026-11-22 14:28:35 UTC`, as systemctl prints it with TZ=UTC. */
function timeOf(text: string): string | null {
  const found = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/u.exec(text);
  return found === null ? null : `${found[1]}T${found[2]}Z`;
}

/** The configuration that it is started with. */
function configOf(): string {
  const { stdout } = ask(['systemctl', 'cat', UNIT]);
  const starts = [
    ...stdout.matchAll(/^ExecStart=.* --config (?:"(?<quoted>[^"]+)"|(?<plain>\S+))/gmu),
  ];
  const { quoted, plain } = starts.at(-1)?.groups ?? {};
  return (quoted ?? plain ?? CONFIG).replaceAll('%%', '%').replaceAll('$$', '$');
}

/** Where it is asked; a configuration that has been broken since doesn't say. */
async function addressAt(configuration: string): Promise<ListenAddress> {
  try {
    return await addressOf(configuration, undefined);
  } catch {
    return { kind: 'unix', path: SOCKET };
  }
}

/** @throws ServiceError where systemd does not run */
export async function stateOfService(): Promise<ServiceState> {
  if (!hasSystemd()) {
    throw new ServiceError(78, 'systemd does not run here; `unackd status` asks any daemon');
  }
  const found = propertiesOf(UNIT, ASKED);
  const get = (name: (typeof ASKED)[number]): string => found.get(name) ?? '';
  const installed = get('LoadState') !== 'not-found';
  const configuration = installed ? configOf() : CONFIG;
  const running = get('ActiveState') === 'active' || get('ActiveState') === 'reloading';
  let daemon: Status | null = null;
  let silent: string | null = null;
  if (running) {
    try {
      daemon = await askStatus(await addressAt(configuration));
    } catch (error) {
      silent = (error as Error).message;
    }
  }
  const ended = get('MainPID') === '0' && get('ExecMainCode') !== '0' && !running;
  const number = Number(get('ExecMainStatus'));
  const well =
    running &&
    (daemon === null || (daemon.reload?.ok !== false && hindrances(daemon).length === 0));
  return {
    installed,
    active: get('ActiveState'),
    sub: get('SubState'),
    result: get('Result'),
    enabled: get('UnitFileState') === 'enabled',
    stale: get('NeedDaemonReload') === 'yes',
    since: timeOf(get(running ? 'ActiveEnterTimestamp' : 'StateChangeTimestamp')),
    restarts: Number(get('NRestarts')),
    exit: ended
      ? get('ExecMainCode') === String(CLD_EXITED)
        ? { code: number }
        : { signal: number }
      : null,
    text: get('StatusText'),
    configuration,
    daemon,
    silent,
    journal:
      installed && !well && existsSync('/usr/bin/journalctl')
        ? recentLines(get('InvocationID'))
        : [],
  };
}
