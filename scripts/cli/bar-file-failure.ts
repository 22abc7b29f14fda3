/** What is wrong with a file of bars, as a failure of a verb: with file and line. */
import type { BarFileError } from '#server/domain/bar-file.ts';
import { Failure } from './failure.ts';

export function barFileFailure({ message: whole, file, line }: BarFileError): Failure {
  const [message = whole, ...hint] = whole.split('; ');
  return new Failure({ code: 'barFile', message, hint: hint.join('; '), facts: { file, line } });
}
