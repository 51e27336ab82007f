/** ntfy: incidents as push messages on telephones, through a server of ntfy (https://ntfy.sh, or one's own). */
import { defineSink, Gone, placeOf, Refused, RetryLater, summaryOf } from 'unackd';
import type { Incident, Notice } from 'unackd';

/** A server that says nothing for that long is asked again later. */
const PATIENCE_MS = 10_000;

/** Seconds of `Retry-After`, where it says them. */
function askedPause(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

/** What ntfy calls them: https://docs.ntfy.sh/publish/#message-priority and #tags-emojis. */
function looks(message: Incident | Notice): { title: string; priority: string; tags: string } {
  if (message.type === 'notice')
    return { title: message.code, priority: 'low', tags: 'information_source' };
  const { kind, state } = message;
  const title = `${kind} at ${placeOf(message)}`;
  return state === 'firing'
    ? { title, priority: 'high', tags: 'rotating_light' }
    : { title: `resolved: ${title}`, priority: 'default', tags: 'white_check_mark' };
}

export default defineSink({
  api: 1,
  name: 'ntfy',
  doc: 'Sends incidents and notices to telephones, through a server of ntfy.',
  reads: ['incident', 'notice'],
  options: {
    url: { type: 'url', doc: 'topic on a server: https://ntfy.sh/a-name-that-nobody-guesses' },
    token: {
      type: 'string',
      optional: true,
      secret: true,
      doc: 'access token, where the topic has one',
    },
  },
  create({ url, token }, host) {
    return {
      async deliver(message, { id, signal }) {
        const { title, priority, tags } = looks(message);
        let response: Response;
        try {
          response = await host.fetch(url, {
            method: 'POST',
            body: summaryOf(message, (ip, port) => host.nameOf(ip, port)),
            headers: {
              title,
              priority,
              tags,
              // The same in each try: for who looks for doubles.
              'x-message-id': id,
              ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            },
            signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
          });
        } catch (error) {
          // Not granted: nothing that trying again would change, but a reload may.
          throw new RetryLater((error as Error).message);
        }
        await response.body?.cancel();
        const { status } = response;
        if (response.ok) return;
        if (status === 401 || status === 403) {
          throw new Gone(`the server refuses access (${status}): is 'token' right?`);
        }
        if (status === 429 || status >= 500) {
          throw new RetryLater(`the server answers ${status}`, askedPause(response));
        }
        throw new Refused(`the server answers ${status}`);
      },
    };
  },
});
