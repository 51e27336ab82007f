/** What the command line of `read` asks for. */
export interface ReadRequest {
  readonly files: readonly string[];
  readonly ladder: boolean;
  readonly format: 'text' | 'json' | 'jsonl';
  readonly summary: boolean;
  readonly servers: readonly string[];
  readonly ports: readonly string[];
  readonly outcomes: readonly string[];
  readonly vantage: string;
  readonly limit: number | undefined;
  /** Outcomes and verdicts that make the exit code 1. */
  readonly failOn: readonly string[];
  readonly progress: boolean;
  /** A configuration, for its names of endpoints. */
  readonly config: string | undefined;
}
