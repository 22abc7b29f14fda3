/** A phrase that has to be typed, or piped in, letter by letter: nobody arms or accepts by a slip of the hand. */
import { createInterface } from 'node:readline/promises';
import { Failure } from './failure.ts';

/** Throws a Failure when something else was said. */
export async function typedPhrase(phrase: string, about: string): Promise<void> {
  process.stderr.write(`${about}\ntype "${phrase}": `);
  const typing = createInterface({ input: process.stdin });
  try {
    for await (const line of typing) {
      if (line.trim() === phrase) return;
      break;
    }
  } finally {
    typing.close();
  }
  throw new Failure({ code: 'notTyped', message: `that was not "${phrase}"; nothing was changed`, hint: 'type it as it stands there' });
}
