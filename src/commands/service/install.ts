import { resolve } from 'node:path';
import { Command, Flags } from '@oclif/core';

export default class ServiceInstall extends Command {
  static override summary = 'Install unackd as a service of systemd, and start it.';
  static override description = `Writes the unit, a configuration for the interfaces of this machine, a folder for
secrets, and what logrotate needs for files that sinks write; then enables and
starts the service. Run again, it writes what has changed and restarts the
service if its unit has. A configuration that is there is never written over.

The service runs as a user that exists while it runs, with the one right that
capturing takes (CAP_NET_RAW). Its database is /var/lib/unackd/unackd.db. A file
/etc/unackd/credentials/NAME is \${credential:secret_NAME} in the configuration,
from the service's next start on.`;
  static override flags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: 'its configuration (/etc/unackd/unackd.yaml)',
    }),
    'dry-run': Flags.boolean({
      description: 'show every file and command in full, and do nothing',
    }),
    root: Flags.string({
      helpValue: 'DIR',
      description: 'write the files below this folder, and start nothing: for packages',
    }),
    program: Flags.string({
      helpValue: 'FILE',
      description: 'what the service starts; left out, this program',
    }),
  };
  static override examples = [
    '<%= config.bin %> service install --dry-run',
    'sudo <%= config.bin %> service install',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(ServiceInstall);
    const { install } = await import('../../service/install.ts');
    const { CONFIG } = await import('../../service/place.ts');
    const { Report } = await import('../../service/report.ts');
    const { writeLine } = await import('../../read/standard-output.ts');
    const report = new Report(writeLine);
    await install(
      {
        config: resolve(flags.config ?? CONFIG),
        program: flags.program === undefined ? null : resolve(flags.program),
        root: flags.root === undefined ? null : resolve(flags.root),
        dryRun: flags['dry-run'],
      },
      report.say,
    );
    report.end();
  }
}
