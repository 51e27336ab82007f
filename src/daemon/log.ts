/** The daemon's log on standard error: pino's JSON lines, or the same as text. */
import { fstatSync, writeSync } from 'node:fs';
import pino from 'pino';
import type { DaemonConfig } from '../config/resolved.ts';
import type { Log } from '../engine/hosts.ts';
import { clean } from '../face/clean.ts';
import { Repeats } from './repeats.ts';

const STDERR = 2;

/** syslog(3): journald reads `<4>` at a line's start (sd-daemon(3)). */
const PRIORITY: Readonly<Record<string, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

interface Line {
  readonly time: string;
  readonly level: string;
  readonly component: string;
  readonly msg: string;
}

/** Standard error goes to systemd's journal, which has a time for each line itself. */
export function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(STDERR);
  return stream === `${dev}:${ino}`;
}

function textOf(json: string, journal: boolean): string {
  const { time, level, component, msg } = JSON.parse(json) as Line;
  const said = `${component}: ${msg}`;
  return journal ? `<${PRIORITY[level]}>${said}\n` : `${time} ${level} ${said}\n`;
}

function write(text: string): void {
  try {
    writeSync(STDERR, text);
  } catch {
    // Nobody is left who could be told.
  }
}

export interface DaemonLog {
  readonly log: Log;
  /** Goes on as a reload wants it. */
  configure(settings: DaemonConfig['log']): void;
}

/** @param each also what was said within this minute */
export function openLog(settings: DaemonConfig['log'], each = false): DaemonLog {
  let { format } = settings;
  const journal = isJournal(process.env['JOURNAL_STREAM']);
  const logger = pino(
    {
      level: settings.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (json: string) => write(format === 'json' ? json : textOf(json, journal)) },
  );
  const repeats = new Repeats();
  return {
    log: (component, level, text) => {
      if (!logger.isLevelEnabled(level)) return;
      const msg = clean(text, true);
      if (each) {
        logger[level]({ component }, msg);
        return;
      }
      for (const said of repeats.filter(`${component} ${level} ${msg}`, msg, performance.now())) {
        logger[level]({ component }, said);
      }
    },
    configure: (next) => {
      logger.level = next.level;
      format = next.format;
    },
  };
}
