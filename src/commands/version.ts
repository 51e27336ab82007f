import { Command } from '@oclif/core';
import { versionLine } from '../version.ts';

export default class Version extends Command {
  static override summary = 'Print the versions of unackd and of its Node.';

  override async run(): Promise<void> {
    await this.parse(Version);
    this.log(versionLine());
  }
}
