import { Command } from '@oclif/core';
import { daemonFlags, formatFlag, WHICH_DAEMON } from '../../daemon/flags.ts';
import type { SilenceRecord } from '../../daemon/orders.ts';

export default class SilenceList extends Command {
  static override summary = 'Show the silences that were set in the running daemon.';
  static override description = `Those that were set by \`unackd silence\`, also those that are over, for a week.
Those of the configuration stand there.`;
  static override flags = { ...daemonFlags, ...formatFlag };
  static override examples = ['<%= config.bin %> silence list -c unackd.yaml'];

  override async run(): Promise<void> {
    const { flags } = await this.parse(SilenceList);
    if (flags.config === undefined && flags.admin === undefined) this.error(WHICH_DAEMON);
    const { foldedForOutput } = await import('../../read/page-of-output.ts');
    const { addressOf, ask } = await import('../../daemon/ask.ts');
    const { silenceText } = await import('../../daemon/silence-text.ts');
    const address = await addressOf(flags.config, flags.admin);
    const list = (await ask(address, '/silences')) as readonly SilenceRecord[];
    if (flags.format === 'json') this.log(JSON.stringify(list, null, 2));
    else if (list.length === 0) this.log('no silence is set');
    else this.log(foldedForOutput(list.map((silence) => silenceText(silence)).join('\n')));
  }
}
