import { Args, Command, Flags } from '@oclif/core';
import { wordList } from '../face/word-list.ts';
import { EXPERIMENTS } from '../lab/experiments.ts';
import { FIREWALL_TOOLS } from '../lab/system.ts';
import type { FirewallTool } from '../lab/system.ts';

const EXIT_CODES = {
  0: 'done',
  2: 'the command line is wrong',
  74: 'the packets could not be written',
  77: 'no permission: it takes root',
  78: 'a program that it needs is not there: ip, nft or iptables, libpcap',
};

const DOCS = Object.fromEntries(EXPERIMENTS.map(({ name, doc }) => [name, doc]));

function put(text: string): void {
  process.stdout.write(text);
}

export default class Lab extends Command {
  static override summary = 'Try black holes and refusals between two hosts made for it.';
  static override description = `Makes two hosts in network namespaces of this machine, joined by a cable
(veth), with a server, clients that connect three times a second, and unackd
itself capturing. After 4 s a fault begins; when it is cleared again, and all is
well, it shows what the client program saw, what unackd told, and a typical
handshake. Nothing outside of the two namespaces is touched, and they are gone
at the end, after Ctrl-C too.

Port 8000 has the fault. Beside it 8001 answers, at 8002 nothing listens, and a
firewall rejects 8003.

${wordList('Experiments', DOCS)}

${wordList('Exit codes', EXIT_CODES)}`;
  static override usage = 'lab EXPERIMENT [OPTION...]';
  static override args = {
    experiment: Args.string({
      required: true,
      options: EXPERIMENTS.map(({ name }) => name),
      description: 'what to try',
    }),
  };
  static override flags = {
    at: Flags.string({
      options: ['client', 'server', 'any'],
      default: 'client',
      description: "capture at the client's interface, the server's, or on all of the server's",
    }),
    ipv6: Flags.boolean({ description: 'over IPv6' }),
    duration: Flags.integer({
      min: 1,
      max: 3600,
      helpValue: 'SECONDS',
      description: 'how long the fault lasts (12; partial: 30)',
    }),
    rate: Flags.integer({
      min: 1,
      max: 100,
      default: 3,
      helpValue: 'N',
      description: 'connections a second at each port that answers',
    }),
    firewall: Flags.string({
      options: [...FIREWALL_TOOLS],
      description: 'what makes the rules; nft, where it is there',
    }),
    write: Flags.string({
      char: 'w',
      helpValue: 'FILE',
      description: 'keep the packets that unackd captured, as pcapng',
    }),
    force: Flags.boolean({ description: 'replace that FILE if it is there', dependsOn: ['write'] }),
    keep: Flags.boolean({ description: 'let the hosts stand at the end, until Ctrl-C' }),
    format: Flags.string({
      options: ['text', 'jsonl'],
      default: 'text',
      description: 'for people, or a JSON record a line',
    }),
  };
  static override examples = [
    'sudo <%= config.bin %> lab drop',
    'sudo <%= config.bin %> lab reject --ipv6 --at any --write reject.pcapng',
    'sudo <%= config.bin %> lab drop --duration 140    # as long as Linux tries',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Lab);
    if (flags.write === '') this.error('--write is empty; is a variable not set?');
    if (flags.write === '-') this.error('--write wants a file: on standard output are the results');
    const { lab } = await import('../lab/lab.ts');
    const { TextReporter } = await import('../lab/text-reporter.ts');
    const { RecordReporter } = await import('../lab/record-reporter.ts');
    const { pageOf } = await import('../read/page.ts');
    const experiment = EXPERIMENTS.find(({ name }) => name === args.experiment)!;
    process.exitCode = await lab(
      {
        experiment,
        v6: flags.ipv6,
        at: flags.at as 'client' | 'server' | 'any',
        lasts: flags.duration ?? experiment.lasts,
        rate: flags.rate,
        tool: flags.firewall as FirewallTool | undefined,
        write: flags.write,
        force: flags.force,
        keep: flags.keep,
      },
      flags.format === 'jsonl'
        ? new RecordReporter(put)
        : new TextReporter(put, pageOf(process.stdout, process.env)),
    );
  }
}
