import { Args, Command } from '@oclif/core';
import { daemonFlags, formatFlag, loginName, voiceFlags, WHICH_DAEMON } from '../daemon/flags.ts';
import type { AcknowledgementAnswer } from '../daemon/orders.ts';

export default class Ack extends Command {
  static override summary = 'Tell the running daemon that somebody has an incident in hand.';
  static override description = `The incident must be firing. From then on people are not told again when it comes
back (flaps) under the same id; they are told once more, of its end, when it has
stayed away for 5 minutes. \`unackd status\` and \`unackd incidents\` show who
acknowledged it, and it survives restarts of the daemon. Acknowledging once more
replaces name and comment.`;
  static override args = {
    incident: Args.string({
      description: "the incident's id, or its beginning, as `unackd status` shows it",
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = { ...daemonFlags, ...voiceFlags, ...formatFlag };
  static override examples = ["<%= config.bin %> ack -c unackd.yaml 5af49251 --comment 'on it'"];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Ack);
    if (flags.config === undefined && flags.admin === undefined) this.error(WHICH_DAEMON);
    const { addressOf, ask } = await import('../daemon/ask.ts');
    const { clean } = await import('../face/clean.ts');
    const { acknowledgedText } = await import('../face/incident-words.ts');
    const answer = (await ask(await addressOf(flags.config, flags.admin), '/acknowledgements', {
      incident: args.incident,
      comment: flags.comment,
      by: flags.by ?? loginName(process.env),
    })) as AcknowledgementAnswer;
    if (flags.format === 'json') {
      this.log(JSON.stringify(answer, null, 2));
      return;
    }
    const { acknowledgement, hints } = answer;
    this.log(clean(`${acknowledgement.incident} ${acknowledgedText(acknowledgement)}`, true));
    for (const hint of hints) this.log(clean(`note: ${hint}`, true));
  }
}
