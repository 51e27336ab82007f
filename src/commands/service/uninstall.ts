import { resolve } from 'node:path';
import { Command, Flags } from '@oclif/core';

export default class ServiceUninstall extends Command {
  static override summary = 'Stop the service, and take it away; data and configuration stay.';
  static override flags = {
    purge: Flags.boolean({
      description: 'also the database, the configuration and the secrets',
    }),
    'dry-run': Flags.boolean({ description: 'show what would be done, and do nothing' }),
    root: Flags.string({
      helpValue: 'DIR',
      description: 'remove the files below this folder, and stop nothing',
    }),
  };
  static override examples = [
    'sudo <%= config.bin %> service uninstall',
    'sudo <%= config.bin %> service uninstall --purge --dry-run',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(ServiceUninstall);
    const { uninstall } = await import('../../service/uninstall.ts');
    const { Report } = await import('../../service/report.ts');
    const { writeLine } = await import('../../read/standard-output.ts');
    const report = new Report(writeLine);
    const root = flags.root === undefined ? null : resolve(flags.root);
    uninstall({ purge: flags.purge, root, dryRun: flags['dry-run'] }, report.say);
    report.end();
  }
}
