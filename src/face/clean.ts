/**
 * Text from packets, file names and configuration is not ours: an escape
 * sequence in a name could retitle a terminal, move its cursor or hide a line,
 * and a bidirectional override could make an address read as another one.
 */

/** What ends a line or moves along it; NEL (U+0085) among them. */
const BREAKS = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}\p{Zs}]+/gu;

/**
 * C0, DEL and C1 controls, format characters (bidirectional overrides,
 * zero-width joiners, byte order marks), lone surrogates, private use, and the
 * variation selectors that make a character's width a terminal's own choice.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\ufe00-\ufe0f]/gu;

const NOT_ASCII = /[^\u0020-\u007e]/gu;

/**
 * One line without control or format characters; white space of any kind is a
 * plain space. Without `unicode` what ASCII lacks becomes `?`.
 */
export function clean(text: string, unicode: boolean): string {
  const safe = text.replace(BREAKS, ' ').replace(UNSAFE, '');
  return unicode ? safe : safe.replace(NOT_ASCII, '?');
}
