/** What a verb of the command line is: its flags for people and for the parser, and the deed. */

export interface Flag {
  readonly type: 'text' | 'switch';
  /** What stands for the value in the help: "FILE". */
  readonly value?: string;
  readonly help: string;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Beside --help and --json, which every verb has. */
  readonly flags: Readonly<Record<string, Flag>>;
  /** Lines below the flags. */
  readonly notes?: readonly string[];
  /** Resolves with the exit code; throws a Failure to say why not. */
  run(call: Call): Promise<number>;
}

/** One call of a verb: what was asked for, and where the answer goes. */
export interface Call {
  readonly json: boolean;
  text(flag: string): string | undefined;
  has(flag: string): boolean;
  /** A line on stdout. */
  print(line: string): void;
  /** A line on stderr, for people only: nothing with --json. */
  remark(line: string): void;
}

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  json: { type: 'switch', help: 'answer as JSON on stdout, errors too' },
  help: { type: 'switch', help: 'show this' },
};

/** What the verbs that need the whole configuration take. */
export const CONFIG_FLAGS: Readonly<Record<string, Flag>> = {
  mode: { type: 'text', value: 'demo|paper', help: 'built-in exchange on recorded bars, or your paper account at Alpaca' },
  config: { type: 'text', value: 'FILE', help: 'configuration file; otherwise tradar.json in the home, when there is one' },
};
