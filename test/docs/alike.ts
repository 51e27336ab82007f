/** Output that differs from run to run, without what differs. */

/** Ids, times and numbers become signs; columns and lines may be of other widths. */
export function alike(text: string): string {
  return text
    .replaceAll(/msg_\w+/gu, 'msg_ID')
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b/gu, 'ID')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z| UTC)?/gu, 'TIME')
    .replaceAll(/\b\d{2}:\d{2}:\d{2}(?:\.\d+)?/gu, 'TIME')
    .replaceAll(/\d[\d,.]*/gu, 'N')
    .replaceAll(/\b(?:ms|s|min|h|kB|MB|GB|TB)\b/gu, 'UNIT')
    .replaceAll(/─+/gu, '─')
    .replaceAll(/[ \t\n]+/gu, ' ')
    .trim();
}
