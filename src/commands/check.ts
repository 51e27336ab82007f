import { Args, Command, Flags } from '@oclif/core';
import { installed } from '../engine/registry.ts';
import { loadConfig } from '../config/load.ts';
import { lookForFiles } from '../config/look.ts';
import { describeGraph } from '../config/describe.ts';
import { pageOf } from '../read/page.ts';

export default class Check extends Command {
  static override summary = 'Check a configuration: all faults at once, with line and column.';
  static override description =
    'Prints the way that data takes where nothing is wrong. Exits with 78 where something is.';
  static override args = {
    file: Args.string({ description: 'the configuration', ignoreStdin: true }),
  };
  static override flags = {
    config: Flags.string({ char: 'c', helpValue: 'FILE', description: 'the same' }),
  };
  static override examples = ['<%= config.bin %> check config/unackd.yaml'];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Check);
    if (flags.config !== undefined && args.file !== undefined) {
      this.error('name one configuration, with --config or without');
    }
    const file = flags.config ?? args.file;
    if (file === undefined) this.error('name a configuration');
    const { colour } = pageOf(process.stderr, process.env);
    const { config, warnings } = loadConfig(file, installed, colour, lookForFiles);
    for (const warning of warnings) process.stderr.write(`${warning}\n\n`);
    this.log(`${file}: no errors\n${describeGraph(config)}`);
  }
}
