/** What vitest's own report says was passed, failed and skipped. */
import { z } from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Test files that were run; nothing when that could not be told. */
  readonly files: number | undefined;
}

const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/** A file that could not even be loaded has no test to fail, and still is a failure; so is a run that ended red otherwise. */
export function readCounts(read: () => string, green: boolean): Counts {
  let text: string;
  try {
    text = read();
  } catch {
    return { passed: 0, failed: 1, skipped: 0, files: undefined };
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report.parse(JSON.parse(text));
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = numFailedTests + broken;
  const skipped = numPendingTests + numTodoTests;
  return { passed: numPassedTests, failed: green ? failed : Math.max(1, failed), skipped, files: testResults.length };
}
