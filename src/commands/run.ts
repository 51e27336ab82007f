import { Command, Flags } from '@oclif/core';
import { runDaemon } from '../daemon/daemon.ts';

export default class Run extends Command {
  static override summary =
    'Run a configuration: from its sources through its analysers to its sinks.';
  static override description = `Ends with 0 when all sources have ended and the sinks have taken everything.
SIGTERM and SIGINT drain: what was read is brought to its end first. SIGHUP reloads.

With --dev the configuration and the files of its outside plugins are followed,
and reloaded as at SIGHUP when one changes (what is broken changes nothing, and
is told); captures that were read to their end are read again then; the log
says all, with the stack of whatever a plugin throws.`;
  static override flags = {
    config: Flags.string({
      char: 'c',
      required: true,
      helpValue: 'FILE',
      description: 'the configuration (see check)',
    }),
    dev: Flags.boolean({
      description: 'for who writes plugins or configurations: reload when their files change',
    }),
    'no-progress': Flags.boolean({ description: 'no progress bar, not even on a terminal' }),
  };
  static override examples = [
    '<%= config.bin %> run --config config/unackd.yaml',
    '<%= config.bin %> run --dev --config mine.yaml',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    if (flags.dev) {
      const { runDev } = await import('../daemon/dev.ts');
      await runDev(flags.config, !flags['no-progress']);
      return;
    }
    await runDaemon(flags.config, !flags['no-progress']);
  }
}
