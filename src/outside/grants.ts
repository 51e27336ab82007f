/** What a configuration lets an outside plugin do. */

export interface Grants {
  /** Absolute. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Names of environment variables. */
  readonly env: readonly string[];
  /** Real sockets, to anywhere. */
  readonly net: boolean;
  /** Places that the daemon connects it to: `example.org:443`; see `net/grant.ts`. */
  readonly hosts: readonly string[];
  /** Bytes of memory (RSS) over which it is ended. */
  readonly memory: number;
}

/** Node alone takes some 60 MiB; the rest is the plugin's. */
export const MEMORY_DEFAULT = 256 * 1024 * 1024;

export const NO_GRANTS: Grants = {
  read: [],
  write: [],
  env: [],
  net: false,
  hosts: [],
  memory: MEMORY_DEFAULT,
};
