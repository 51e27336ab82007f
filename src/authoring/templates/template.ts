/** What a new plugin begins as. `name` is in small letters, digits and -. */
export interface Template {
  /** One sentence. */
  readonly does: string;
  readonly plugin: (name: string) => string;
  readonly test: (name: string) => string;
  /** For the README's table: name, default, what it does. `${name}` stands for the plugin's. */
  readonly options: readonly (readonly [name: string, usual: string, doc: string])[];
  /** Lies beside the plugin's folder. */
  readonly configuration: (name: string) => string;
  /** Files besides. */
  readonly files?: (name: string) => readonly (readonly [file: string, text: string])[];
}
