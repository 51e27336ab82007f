import { Command, Flags } from '@oclif/core';
import { runDaemon } from '../daemon/daemon.ts';

export default class Run extends Command {
  static override summary =
    'Run a configuration: from its sources through its analysers to its sinks.';
  static override description = `Ends with 0 when all sources have ended and the sinks have taken everything.
SIGTERM and SIGINT drain: what was read is brought to its end first.`;
  static override flags = {
    config: Flags.string({
      char: 'c',
      required: true,
      helpValue: 'FILE',
      description: 'the configuration (see check)',
    }),
    'no-progress': Flags.boolean({ description: 'no progress bar, not even on a terminal' }),
  };
  static override examples = ['<%= config.bin %> run --config config/unackd.yaml'];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    await runDaemon(flags.config, !flags['no-progress']);
  }
}
