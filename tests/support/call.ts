/** What programs of the tests that are called by hand make of their arguments: help is 0, what can not be read is 2 and said. */

/** `read` throws an Error in words when the arguments are wrong. */
export function readCall<T>(usage: string, read: () => T): T {
  if (process.argv.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}
