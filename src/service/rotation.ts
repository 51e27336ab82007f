/** logrotate(8) for what sinks write and don't rotate themselves. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { NAME } from './place.ts';

interface SinkOptions {
  readonly use?: unknown;
  readonly path?: unknown;
  readonly rotate_size?: unknown;
}

/**
 * Files that grow for ever: those of jsonl sinks without `rotate_size`. Where the
 * configuration can't be read there are none: the daemon will say what is wrong with it.
 * @param path absolute, where the configuration will be
 */
export function growingFiles(text: string, path: string): string[] {
  let sinks: unknown;
  try {
    ({ sinks } = (parse(text) ?? {}) as { readonly sinks?: unknown });
  } catch {
    return [];
  }
  if (typeof sinks !== 'object' || sinks === null) return [];
  return Object.values(sinks as Readonly<Record<string, SinkOptions | null>>)
    .filter((sink) => sink?.use === 'jsonl' && sink.rotate_size === undefined)
    .map((sink) => sink?.path)
    .filter((file) => typeof file === 'string')
    .filter((file) => file !== '-' && !/["\n]|\$\{/u.test(file))
    .map((file) => resolve(dirname(path), file));
}

/** The configuration that is there, or the one that will be. */
export function textOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/** @param files absolute */
export function rotationText(files: readonly string[]): string {
  return `# Written by \`unackd service install\`, which writes it anew. A sink with
# rotate_size rotates its file itself, and does not stand here.
${files.map((file) => `"${file}"`).join('\n')}
{
    weekly
    maxsize 100M
    rotate 8
    missingok
    notifempty
    compress
    delaycompress
    # The daemon makes the new one, when it is told to read its configuration again.
    nocreate
    sharedscripts
    postrotate
        systemctl kill --signal=HUP --kill-who=main ${NAME}.service 2>/dev/null || true
    endscript
}
`;
}
