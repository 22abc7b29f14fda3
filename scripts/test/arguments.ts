/** What may be said to `npm test`: folders or files, and the few of vitest's options that one needs every day. */
import { parseArgs } from 'node:util';

export interface Wanted {
  readonly help: boolean;
  /** For vitest, as they were given. Nothing: everything, with the checks before it. */
  readonly forVitest: readonly string[];
}

/** The complaint in words when the usage is wrong. */
export function parseArguments(args: readonly string[]): Wanted | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        testNamePattern: { type: 'string', short: 't' },
        project: { type: 'string', multiple: true },
        bail: { type: 'string' },
        update: { type: 'boolean', short: 'u' },
      },
    });
    return { help: values.help === true, forVitest: args };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
