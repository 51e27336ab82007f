import { Args, Command, Flags } from '@oclif/core';
import { wordList } from '../../face/word-list.ts';

const EXIT_CODES = {
  0: 'nothing is wrong',
  1: 'something is',
  2: 'the command line is wrong',
  66: 'there is no such file',
};

export default class PluginCheck extends Command {
  static override summary =
    'Check a plugin of your own: the suite that all plugins pass, and its tests.';
  static override description = `Runs the plugin in a process that may read the plugin's folder and write nowhere
but a folder made for it. It gets a minute of made-up traffic, or your captures,
and is looked at while it works: does the same input give the same output, does
it ask the machine for the time, does it keep an attempt past the call. Then its
tests run: NAME.test.ts beside it, with node:test. Types are checked where you
have TypeScript. What is wrong is told with the line of your file.

${wordList('Exit codes', EXIT_CODES)}`;
  static override args = {
    file: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'a .ts or .mjs file, or a folder with package.json',
    }),
  };
  static override flags = {
    capture: Flags.string({
      char: 'r',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      description: 'packets for an analyser or a sink instead of the made-up ones',
    }),
    option: Flags.string({
      char: 'o',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
      description: 'an option, as in a configuration; several of one name make a list',
    }),
    net: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'HOST:PORT',
      description: 'where it may connect to, as with permissions; its tests may use sockets then',
    }),
    format: Flags.string({
      options: ['text', 'jsonl'],
      default: 'text',
      description: 'for people, or a JSON record a check',
    }),
  };
  static override examples = [
    '<%= config.bin %> plugin check ./slow-port',
    '<%= config.bin %> plugin check ./slow-port/slow-port.ts --capture handshakes.pcap --option limit=5',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginCheck);
    const { checkPlugin } = await import('../../authoring/check.ts');
    const { writtenOptions } = await import('../../authoring/written.ts');
    const { parseGrant } = await import('../../outside/net/grant.ts');
    const { pageOfOutput } = await import('../../read/page-of-output.ts');
    const options = writtenOptions(flags.option ?? []);
    if (typeof options === 'string') this.error(options);
    for (const text of flags.net ?? []) {
      const grant = parseGrant(text);
      if (typeof grant === 'string') this.error(`--net: '${text}' ${grant}`);
    }
    process.exitCode = await checkPlugin({
      named: args.file,
      captures: flags.capture ?? [],
      net: flags.net ?? [],
      options,
      format: flags.format as 'text' | 'jsonl',
      page: pageOfOutput(),
    });
  }
}
