import { Args, Command, Flags } from '@oclif/core';

export default class Test extends Command {
  static override summary = 'Test a configuration: captures in, what it must tell of them out.';
  static override description = `A test file is YAML: \`tests\`, a list. Each test has a \`name\`, a \`config\` (a path,
or a configuration as a map), \`captures\` (files by the id of the source that they
stand in for) and \`expect\`. Sinks are not made: nobody is told anything.

\`expect\` may have
- incidents: all of them, each by kind, scope, state, cause, told_within
- notices: all of their codes
- endpoints: some of them, each by server, verdict, cause, attempts
- attempts: outcomes with counts, such as 41, '>=12', '3..5'
- none: true, for no incidents and no notices

Exits with 1 where a test fails, with 78 where the file has faults. A - is what was
expected, a + what was found.`;
  static override args = {
    file: Args.string({ description: 'the test file', required: true, ignoreStdin: true }),
  };
  static override flags = {
    format: Flags.string({
      options: ['text', 'jsonl'],
      default: 'text',
      description: 'for people, or a JSON record a test',
    }),
  };
  static override examples = ['<%= config.bin %> test config/examples/tests/start.yaml'];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Test);
    const { runTests } = await import('../expect/run.ts');
    const { pageOfOutput } = await import('../read/page-of-output.ts');
    process.exitCode = await runTests({
      file: args.file,
      format: flags.format as 'text' | 'jsonl',
      page: pageOfOutput(),
    });
  }
}
