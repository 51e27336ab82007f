import { Command, Flags } from '@oclif/core';

const KEYS = `Keys of the table: arrows, PgUp, PgDn, Home and End move; Enter opens an endpoint
with its handshakes, packet by packet, Esc closes it; s sorts, / filters by
address, name or verdict, p pauses, q or Ctrl-C quits.`;

export default class Watch extends Command {
  static override summary = 'Watch interfaces: a live table of endpoints, or lines in a pipe.';
  static override description = `On a terminal a table of endpoints, worst first, with their verdicts, attempts
a second and the last change. Elsewhere one line a change of verdict, incident
and notice. Verdicts are made of all that was seen since the start.

${KEYS}

An analyser of your own (--analyser) has its options and permissions from the
configuration that it is named in; else it has defaults, and no permissions. It
is reloaded when its files or the configuration change, until a capture is over;
what is broken changes nothing, and is told.

Takes libpcap and the capability CAP_NET_RAW (see unackd doctor). Exits with 77
without that right, with 0 when it is quit.`;
  static override usage =
    'watch [-i IF... [--filter EXPR] | --read FILE... [--speed N]] [--format text|jsonl] [-c FILE]';
  static override flags = {
    interface: Flags.string({
      char: 'i',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'IF',
      description: 'an interface to capture on; any, the default, is all of them',
      exclusive: ['read'],
    }),
    filter: Flags.string({
      helpValue: 'EXPR',
      description: 'which TCP packets to take, as in tcpdump; ICMP errors always come with them',
      exclusive: ['read'],
    }),
    read: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      description: 'play a capture file instead',
    }),
    speed: Flags.string({
      helpValue: 'N',
      description: 'how fast to play: 1, the default, as it was recorded; 0 at once',
      dependsOn: ['read'],
    }),
    format: Flags.string({
      options: ['text', 'jsonl'],
      default: 'text',
      description: 'for people, or a JSON record a line',
    }),
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: "a configuration, whose 'names' are shown",
    }),
    analyser: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      description: 'an analyser of your own: its file or folder, or its id in --config FILE',
    }),
  };
  static override examples = [
    '<%= config.bin %> watch -i eth0',
    "<%= config.bin %> watch --filter 'net 10.0.0.0/8'",
    '<%= config.bin %> watch --read capture.pcap --speed 20',
    '<%= config.bin %> watch --format jsonl | jq .',
    '<%= config.bin %> watch -i eth0 --analyser ./my-analyser.ts',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Watch);
    const speed = Number(flags.speed ?? '1');
    if (!(speed >= 0 && speed <= 1e6) || flags.speed?.trim() === '') {
      this.error(`--speed wants a number from 0 up, not '${flags.speed}'`);
    }
    const files = flags.read ?? [];
    if (files.includes('')) this.error('a file name is empty; is a variable not set?');
    const analysers = flags.analyser ?? [];
    if (analysers.includes('')) this.error('an analyser is empty; is a variable not set?');
    if (analysers.length > 0 && flags.config === '-') {
      this.error('--analyser wants a configuration to follow, not standard input');
    }
    const { watch } = await import('../watch/watch.ts');
    await watch({
      interfaces: files.length > 0 ? [] : (flags.interface ?? ['any']),
      filter: flags.filter,
      files,
      speed,
      format: flags.format as 'text' | 'jsonl',
      analysers,
      config: flags.config,
    });
  }
}
