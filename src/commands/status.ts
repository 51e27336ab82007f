import { Command } from '@oclif/core';
import { daemonFlags, formatFlag, WHICH_DAEMON } from '../daemon/flags.ts';

export default class Status extends Command {
  static override summary = 'Ask the running daemon how it is doing.';
  static override description = `Asks at the address that the configuration names under \`admin\`, or at the one
given. Exits with 1 where no daemon answers, or where it is not ready: a source
failed, or it is draining.`;
  static override flags = {
    ...daemonFlags,
    ...formatFlag,
  };
  static override examples = [
    '<%= config.bin %> status --config /etc/unackd/unackd.yaml',
    '<%= config.bin %> status --admin unix:/run/unackd/admin.sock --format json',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    if (flags.config === undefined && flags.admin === undefined) {
      this.error(WHICH_DAEMON);
    }
    const { foldedForOutput } = await import('../read/page-of-output.ts');
    const { addressOf, askStatus } = await import('../daemon/ask.ts');
    const { statusText } = await import('../daemon/status-text.ts');
    const { hindrances } = await import('../daemon/state.ts');
    const status = await askStatus(await addressOf(flags.config, flags.admin));
    if (flags.format === 'json') this.log(JSON.stringify(status, null, 2));
    else this.log(foldedForOutput(statusText(status, Date.now())));
    if (hindrances(status).length > 0) process.exitCode = 1;
  }
}
