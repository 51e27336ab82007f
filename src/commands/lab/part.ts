import { Args, Command } from '@oclif/core';

/** Not for people: `unackd lab` starts itself with it in its hosts. */
export default class LabPart extends Command {
  static override hidden = true;
  static override summary = 'A part of `unackd lab` within one of its hosts.';
  static override args = {
    part: Args.string({ required: true, description: 'what it is to be, as JSON' }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(LabPart);
    const { runPart } = await import('../../lab/part.ts');
    await runPart(JSON.parse(args.part));
  }
}
