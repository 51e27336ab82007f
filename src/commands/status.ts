import { Command, Flags } from '@oclif/core';

export default class Status extends Command {
  static override summary = 'Ask the running daemon how it is doing.';
  static override description = `Asks at the address that the configuration names under \`admin\`, or at the one
given. Exits with 1 where no daemon answers, or where it is not ready: a source
failed, or it is draining.`;
  static override flags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      exclusive: ['admin'],
      description: "the daemon's configuration",
    }),
    admin: Flags.string({
      helpValue: 'ADDRESS',
      description: 'unix:PATH, or a loopback address and port',
    }),
    format: Flags.string({
      options: ['text', 'json'],
      default: 'text',
      description: 'text for people, json for programs',
    }),
  };
  static override examples = [
    '<%= config.bin %> status --config /etc/unackd/unackd.yaml',
    '<%= config.bin %> status --admin unix:/run/unackd/admin.sock --format json',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    if (flags.config === undefined && flags.admin === undefined) {
      this.error('name the configuration, or the address: --config FILE or --admin ADDRESS');
    }
    const { addressOf, askStatus } = await import('../daemon/ask.ts');
    const { statusText } = await import('../daemon/status-text.ts');
    const { hindrances } = await import('../daemon/state.ts');
    const status = await askStatus(await addressOf(flags.config, flags.admin));
    if (flags.format === 'json') this.log(JSON.stringify(status, null, 2));
    else this.log(statusText(status, Date.now()));
    if (hindrances(status).length > 0) process.exitCode = 1;
  }
}
