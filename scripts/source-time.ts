import { spawnSync } from 'node:child_process';

/**
 * When the sources became what they are, in seconds since 1970: `SOURCE_DATE_EPOCH`
 * (reproducible-builds.org), else the last commit's time, else 0. What is built
 * carries it in place of the time of the build.
 */
export function sourceTime(): number {
  const told = Number(process.env.SOURCE_DATE_EPOCH);
  if (Number.isInteger(told) && told > 0) return told;
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return status === 0 ? Number(stdout) : 0;
}

/** `2026-11-22` */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
