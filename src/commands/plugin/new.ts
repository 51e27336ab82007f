import { Args, Command, Flags } from '@oclif/core';
import { basename } from 'node:path';
import { KINDS, NAME, newPlugin, type PluginKind } from '../../authoring/new.ts';

export default class PluginNew extends Command {
  static override summary =
    'Write a plugin to begin from, with a test and a README that pass at once.';
  static override description =
    'Makes a folder of that name. Nothing is installed, and nothing needs a build.';
  static override args = {
    name: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'small letters, digits and -; with a path, the folder is made there',
    }),
  };
  static override flags = {
    kind: Flags.string({
      options: [...KINDS],
      default: 'analyser',
      description: 'reads packets (source), judges attempts (analyser), or tells people (sink)',
    }),
  };
  static override examples = [
    '<%= config.bin %> plugin new slow-port',
    '<%= config.bin %> plugin new my-pager --kind sink',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginNew);
    const path = args.name.replace(/\/+$/u, '');
    const name = basename(path);
    if (!NAME.test(name)) {
      this.error(`a plugin's name is of small letters, digits and -, not '${name}'`);
    }
    const { files, configuration } = newPlugin(path, flags.kind as PluginKind);
    this.log(`${files.map((file) => `${path}/${file}`).join('\n')}

Check it, and again after each change:

  unackd plugin check ${path.startsWith('/') ? path : `./${path.replace(/^\.\//u, '')}`}

Use it, in a configuration beside the folder:

${configuration.trimEnd().replaceAll(/^(?=.)/gmu, '  ')}`);
  }
}
