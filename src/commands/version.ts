import { Command, Flags } from '@oclif/core';
import { versionLine } from '../version.ts';

export default class Version extends Command {
  static override summary = 'Print the versions of unackd and of its Node.';
  static override flags = {
    verbose: Flags.boolean({
      description: 'also the commit, and whether it is packed into one file',
    }),
    licenses: Flags.boolean({
      description: 'what the packed file is made of: names, versions, licences, their texts',
      exclusive: ['verbose'],
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Version);
    if (flags.licenses) {
      const { licensesPage } = await import('../licenses.ts');
      this.log(licensesPage());
      return;
    }
    if (!flags.verbose) {
      this.log(versionLine());
      return;
    }
    const { versionLines } = await import('../version-lines.ts');
    for (const line of versionLines()) this.log(line);
  }
}
