import { Command, Flags } from '@oclif/core';

export default class Init extends Command {
  static override summary = 'Write a configuration for this machine.';
  static override description = `On a terminal it asks what is not said by flags; with any of --interface,
--database, --webhook, --syslog, --expect or --yes it asks nothing, and takes
for the rest what fits this machine. What is written passes \`unackd check\`;
nothing that is there is written over without --force.

Values may hold \${NAME}, which the daemon takes from its environment. A
configuration that holds a secret, such as a token in a URL, can be read by its
owner alone.`;
  static override flags = {
    interface: Flags.string({
      char: 'i',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'IF',
      description: 'an interface to capture on; may be repeated; any for all',
    }),
    database: Flags.string({ helpValue: 'FILE', description: 'where attempts and incidents go' }),
    webhook: Flags.string({ helpValue: 'URL', description: 'who is told of incidents, by HTTP' }),
    syslog: Flags.string({
      helpValue: 'ADDRESS',
      description: 'who is told, by syslog: 10.0.0.5, tcp://10.0.0.5:601, tls://logs.example',
    }),
    expect: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'HOST:PORT',
      description: 'a port that must answer, told even if it never did; may be repeated',
    }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      default: 'unackd.yaml',
      description: 'the file to write; - is standard output',
    }),
    yes: Flags.boolean({ char: 'y', description: 'ask nothing' }),
    force: Flags.boolean({ description: 'write over a file that is there' }),
  };
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --yes --interface eth0 --webhook https://example.org/hook',
    'sudo <%= config.bin %> init --yes --output /etc/unackd/unackd.yaml',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Init);
    const { init } = await import('../init/init.ts');
    await init(flags, (line) => this.log(line));
  }
}
