/** What a verb of the command line is: its flags for people and for the parser, and the deed. */

export interface Flag {
  readonly type: 'text' | 'switch';
  /** What stands for the value in the help: "FILE". */
  readonly value?: string;
  /** May be given several times: `all` has them. */
  readonly repeats?: true;
  readonly help: string;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** What may stand right after the verb, without a flag: "NAME". */
  readonly operand?: string;
  /** The operand may stand there several times. */
  readonly operandRepeats?: true;
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
  /** What stood right after the verb. */
  readonly operand: string | undefined;
  /** All of them, where the verb takes several. */
  readonly operands: readonly string[];
  text(flag: string): string | undefined;
  /** Every value of a flag that repeats, in order. */
  all(flag: string): readonly string[];
  has(flag: string): boolean;
  /** A line on stdout. */
  print(line: string): void;
  /** A line on stderr, for people only: nothing with --json. */
  remark(line: string): void;
}

/** `notReady`: real money was asked for, and what must be there first is not. */
export const EXIT = { done: 0, failed: 1, usage: 2, notReady: 3 } as const;

export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  json: { type: 'switch', help: 'answer as JSON on stdout, errors too' },
  help: { type: 'switch', help: 'show this' },
};

/** What the verbs that need the whole configuration take. */
export const CONFIG_FLAGS: Readonly<Record<string, Flag>> = {
  mode: { type: 'text', value: 'demo|paper|live', help: 'built-in exchange on recorded bars, your paper account at Alpaca, or real money' },
  config: { type: 'text', value: 'FILE', help: 'configuration file; otherwise tradar.json in the home, when there is one' },
};
