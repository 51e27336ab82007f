import { Command, Flags } from '@oclif/core';

export default class Schema extends Command {
  static override summary = 'Print the JSON Schema of configurations, for editors.';
  static override description = `With --config it also knows the options of the outside plugins that the
configuration names, or that lie in its 'plugin_dirs'. An editor takes it from the
first line: # yaml-language-server: $schema=my.schema.json`;
  static override flags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: 'a configuration, which may be unfinished',
    }),
  };
  static override examples = [
    '<%= config.bin %> schema',
    '<%= config.bin %> schema --config my.yaml > my.schema.json',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Schema);
    const { schemaFor } = await import('../config/schema-for.ts');
    const { installed } = await import('../engine/registry.ts');
    const { text, missing } = schemaFor(flags.config, installed);
    for (const what of missing) process.stderr.write(`unackd: ${what}; it is left out\n`);
    process.stdout.write(text);
  }
}
