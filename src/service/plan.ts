/** What an installation writes. */
import { join } from 'node:path';
import { reportInterfaces } from '../engine/registry.ts';
import { startingConfiguration } from '../starting/configuration.ts';
import { chooseInterfaces } from '../starting/interfaces.ts';
import type { Choice, SeenInterface } from '../starting/interfaces.ts';
import { CREDENTIALS, NAME, ROTATION, SECRETS, SOCKET, STATE, UNIT } from './place.ts';
import { growingFiles, rotationText, textOr } from './rotation.ts';
import type { Step } from './step.ts';
import { unitText } from './unit.ts';
import type { Started } from './unit.ts';

const READABLE = 0o644;
/** Secrets: systemd reads them, and hands them to the service. */
const OWN_FOLDER = 0o700;

/** A configuration for the service. @param preamble comment lines at its head, without their signs */
export function serviceConfiguration(preamble: readonly string[], interfaces: Choice): string {
  return startingConfiguration({
    preamble,
    interfaces: interfaces.chosen,
    others: interfaces.others,
    database: `${STATE}/${NAME}.db`,
    retention: '30d',
    maxSize: '2GiB',
    sinks: [],
    expected: [],
    admin: `unix:${SOCKET}`,
    secret: `\${credential:${SECRETS}_webhook}`,
  });
}

/** The first configuration of the service. @param path where it will lie */
export function firstConfiguration(path: string, seen: readonly SeenInterface[]): string {
  const preamble = [
    "unackd's configuration, as `unackd service install` found this machine. It is yours",
    'now: nothing writes it again. After a change:',
    '',
    `  unackd check ${path}    every fault at once, with line and column`,
    `  systemctl reload ${NAME}    takes it up; a wrong one changes nothing`,
  ];
  return serviceConfiguration(preamble, chooseInterfaces(seen));
}

export interface Wish extends Started {
  /** `/`, or the folder that stands for it. */
  readonly root: string;
  /** The unit comes with a package. */
  readonly packaged: boolean;
}

export function installation({ root, packaged, ...started }: Wish): Step[] {
  const { config } = started;
  const first = firstConfiguration(config, reportInterfaces().interfaces);
  const growing = growingFiles(textOr(join(root, config), first), config);
  return [
    { kind: 'folder', path: CREDENTIALS, mode: OWN_FOLDER },
    { kind: 'file', path: config, mode: READABLE, text: first, once: true },
    ...(packaged
      ? []
      : [
          {
            kind: 'file',
            path: UNIT,
            mode: READABLE,
            text: unitText(started),
            once: false,
          } as const,
        ]),
    growing.length === 0
      ? { kind: 'remove', path: ROTATION }
      : { kind: 'file', path: ROTATION, mode: READABLE, text: rotationText(growing), once: false },
  ];
}
