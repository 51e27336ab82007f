import { Args, Command } from '@oclif/core';
import { daemonFlags, WHICH_DAEMON } from '../../daemon/flags.ts';
import type { SilenceRecord } from '../../daemon/orders.ts';

export default class SilenceEnd extends Command {
  static override summary = 'End a silence that was set in the running daemon.';
  static override description = 'What it kept from people and still fires is told at once.';
  static override args = {
    id: Args.string({
      description: "the silence's id, or its beginning, as `unackd silence list` shows it",
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = { ...daemonFlags };
  static override examples = ['<%= config.bin %> silence end -c unackd.yaml 5af49251'];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SilenceEnd);
    if (flags.config === undefined && flags.admin === undefined) this.error(WHICH_DAEMON);
    const { addressOf, ask } = await import('../../daemon/ask.ts');
    const address = await addressOf(flags.config, flags.admin);
    const { silence } = (await ask(address, '/silences/end', { id: args.id })) as {
      readonly silence: SilenceRecord;
    };
    this.log(`${silence.id} ended`);
  }
}
