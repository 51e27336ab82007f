import { Args, Command } from '@oclif/core';

/** Not for people: `unackd plugin check` starts itself with it, to run the plugin there. */
export default class PluginPart extends Command {
  static override hidden = true;
  static override summary = 'The process in which `unackd plugin check` runs a plugin.';
  static override args = {
    order: Args.string({ required: true, description: 'what it is to do, as JSON' }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(PluginPart);
    const { checkHere } = await import('../../authoring/child/main.ts');
    await checkHere(JSON.parse(args.order));
  }
}
