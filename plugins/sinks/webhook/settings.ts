/** Options that need a closer look before anything is sent. Nothing here repeats a secret. */
import { readFileSync } from 'node:fs';
import { OptionError } from 'unackd';

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII, spaces and tabs. */
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/** Set by us or by HTTP itself. */
const OURS =
  /^(?:webhook-.*|content-(?:type|length)|transfer-encoding|connection|host|te|upgrade)$/;

/** `https://...` or `http://...`. */
export function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new OptionError("'url' is not one that begins with https:// or http://");
  }
  return url;
}

/** `Name: value`, each. */
export function parseHeaders(list: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [i, line] of list.entries()) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!TOKEN.test(name) || !FIELD_VALUE.test(value)) {
      throw new OptionError(`'headers', number ${i + 1}, is not of the form "Name: value"`);
    }
    if (OURS.test(name)) {
      throw new OptionError(`'headers' can't set ${name}: unackd sets it`);
    }
    headers[name] = value;
  }
  return headers;
}

/** A file's text. */
export function readText(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new OptionError(`'${option}': can't read ${path} (${why}): is it there, and readable?`);
  }
}

/** The key of Standard Webhooks, as text; `undefined` for no signature. */
export function secretOf(secret: string | undefined, file: string | undefined): string | undefined {
  if (secret !== undefined && file !== undefined) {
    throw new OptionError("'secret' and 'secret_file' are both set: one is enough");
  }
  const text = file === undefined ? secret : readText('secret_file', file).trim();
  if (text === undefined) return undefined;
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64 === undefined || base64.length % 4 !== 0) {
    const option = file === undefined ? 'secret' : 'secret_file';
    throw new OptionError(
      `'${option}' is not "whsec_" and base64: make one with: echo "whsec_$(openssl rand -base64 24)"`,
    );
  }
  return text;
}
