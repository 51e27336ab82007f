/** unackd(1): what there is. */
import { EXIT_CODES } from '../../src/cli/overview.ts';
import type { DeclaredCommand } from '../../src/shells/declared.ts';
import { CONFIG, CREDENTIALS, SOCKET, STATE } from '../../src/service/place.ts';
import { description } from '../../src/version.ts';
import { pageOfCommand } from './command-page.ts';
import { bold, italic, item, pageName, paragraph, prose, sample, section } from './roff.ts';
import type { Page } from './roff.ts';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  NO_COLOR: 'If it is set, and not empty, nothing is coloured.',
  UNACKD_DEBUG: 'With 1, an error shows where in the program it came from.',
};

const FILES: Readonly<Record<string, string>> = {
  [CONFIG]: 'The configuration of the service.',
  [`${CREDENTIALS}/`]: 'Secrets of the service, a file each.',
  [`${STATE}/`]: 'Its database.',
  [SOCKET]: 'Where `unackd status` asks it.',
};

export function overviewPage(all: readonly DeclaredCommand[]): Page {
  return {
    name: 'unackd',
    chapter: 1,
    summary: 'watch TCP handshakes; tell ports that answer, refuse, or swallow SYNs',
    body: [
      ...section('Synopsis'),
      `${bold('unackd')} ${italic('COMMAND')} ${italic('[OPTION...]')}`,
      ...section('Description'),
      prose(description),
      ...paragraph(
        'It joins a SYN with all its retransmissions into one attempt, judges each server port, says how likely each cause is and what would settle the doubt, and alerts when a port starts to black-hole and when it recovers.',
      ),
      ...paragraph('Each command has a page of its own.'),
      ...section('Commands'),
      ...all.flatMap(({ name, summary }) => item(pageName(pageOfCommand(name), 1), summary)),
      ...section('Options'),
      ...item(
        `${bold('-h')}, ${bold('--help')}`,
        'tell what there is; of a command, what it takes',
      ),
      ...item(`${bold('-v')}, ${bold('--version')}`, 'print the version'),
      ...section('Exit status'),
      ...Object.entries(EXIT_CODES).flatMap(([code, is]) => item(bold(code), is)),
      ...section('Environment'),
      ...Object.entries(ENVIRONMENT).flatMap(([name, is]) => item(bold(name), is)),
      ...section('Files'),
      ...Object.entries(FILES).flatMap(([path, is]) => item(italic(path), is)),
      ...section('Examples'),
      ...sample(['unackd read capture.pcap', `unackd run --config ${CONFIG}`]),
      ...section('See also'),
      [pageName('unackd.yaml', 5), pageName('tcpdump', 8), pageName('systemd.service', 5)].join(
        ',\n',
      ),
    ],
  };
}
