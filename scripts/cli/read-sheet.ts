/** Reads a CSV file of a curve or of trades for a verb; what is wrong with it is said with file and line. */
import type { SheetFile } from '#server/backtest/sheets/sheet.ts';
import { Failure } from './failure.ts';
import { readText } from './read-text.ts';

const CODE = 'csvFile';

/** Nothing when the flag was not given. */
export async function readSheet<Content>(
  flag: string,
  path: string | undefined,
  parse: (file: SheetFile) => Content,
): Promise<Content | undefined> {
  if (path === undefined) return undefined;
  const text = await readText(flag, path, CODE);
  const { SheetError } = await import('#server/backtest/sheets/sheet.ts');
  try {
    return parse({ name: path, text });
  } catch (error) {
    if (!(error instanceof SheetError)) throw error;
    const { file, line, fault, remedy } = error;
    throw new Failure({ code: CODE, message: `${file}, line ${line}: ${fault}`, hint: remedy, facts: { file, line } });
  }
}
