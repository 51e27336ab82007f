/** Slack's incoming webhooks, and others that understand `{"text": ...}` (Mattermost, Rocket.Chat). */
import { summaryOf } from './words.ts';
import type { NameOf } from 'unackd';
import type { Message } from './words.ts';

/** Slack's control characters (https://docs.slack.dev/messaging/formatting-message-text/#escaping). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function sign(message: Message): string {
  const state = message.type === 'incident' ? message.state : message.trouble?.state;
  if (state === undefined) return ':information_source:';
  if (state === 'begins') return ':large_orange_circle:';
  return state === 'firing' ? ':red_circle:' : ':large_green_circle:';
}

export function slackBody(message: Message, nameOf?: NameOf): unknown {
  const lines = [`${sign(message)} ${escaped(summaryOf(message, nameOf))}`];
  if (message.type === 'incident' && message.state === 'firing') {
    for (const { cause, probability, because } of message.causes.slice(0, 3)) {
      const why = because.length === 0 ? '' : `: ${because.join('; ')}`;
      lines.push(escaped(`${Math.round(probability * 100)} % ${cause}${why}`));
    }
  }
  return { text: lines.join('\n') };
}
