import { Command } from '@oclif/core';
import { formatFlag } from '../../daemon/flags.ts';

export default class ServiceStatus extends Command {
  static override summary = 'Tell how the service is: since when, what fires, and how to mend it.';
  static override description = `Asks systemd and, as root, the daemon itself. Where the service is not well it
shows its last words in the journal and what to do. Exits with 1 where it is not
active, or not ready.`;
  static override flags = { ...formatFlag };
  static override examples = ['sudo <%= config.bin %> service status'];

  override async run(): Promise<void> {
    const { flags } = await this.parse(ServiceStatus);
    const { foldedForOutput } = await import('../../read/page-of-output.ts');
    const { stateOfService } = await import('../../service/state.ts');
    const { stateText } = await import('../../service/state-text.ts');
    const { hindrances } = await import('../../daemon/state.ts');
    const state = await stateOfService();
    if (flags.format === 'json') this.log(JSON.stringify(state, null, 2));
    else this.log(foldedForOutput(stateText(state, Date.now())));
    const ready = state.daemon === null || hindrances(state.daemon).length === 0;
    if (state.active !== 'active' || !ready) process.exitCode = 1;
  }
}
