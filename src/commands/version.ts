import { Command, Flags } from '@oclif/core';
import { versionLine } from '../version.ts';

export default class Version extends Command {
  static override summary = 'Print the versions of unackd and of its Node.';
  static override flags = {
    verbose: Flags.boolean({
      description: 'also the commit, and whether it is packed into one file',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Version);
    if (!flags.verbose) {
      this.log(versionLine());
      return;
    }
    const { versionLines } = await import('../version-lines.ts');
    for (const line of versionLines()) this.log(line);
  }
}
