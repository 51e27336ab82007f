/** What analysers keep across restarts: small JSON values, each under a key of its own. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Takes what has changed since the last `save`. It is written in one transaction
 * together with the incidents told since: after a kill at any moment there are
 * both or neither.
 */
export interface Memory {
  /** At most 256 characters of key, 64 KiB of JSON, and 64 MiB of one analyser in all; what is over is not kept, and a notice says so. */
  set(key: string, value: JsonValue): void;
  delete(key: string): void;
}
