/** A request that the exchange turns down, with Alpaca's status, code, words and extra fields. */

/** Thrown, but no Error: refusals are answers, and a stack trace would cost more than all the rest of one. */
export class Refusal {
  readonly message: string;
  readonly status: number;
  readonly code: number | undefined;
  readonly extras: Readonly<Record<string, unknown>>;
  constructor(status: number, code: number | undefined, message: string, extras: Readonly<Record<string, unknown>> = {}) {
    this.message = message;
    this.status = status;
    this.code = code;
    this.extras = extras;
  }
}

export const refusalBody = (refusal: Refusal): Record<string, unknown> => ({
  ...(refusal.code === undefined ? {} : { code: refusal.code }),
  message: refusal.message,
  ...refusal.extras,
});

/** Missing or malformed parameters. */
export function malformed(message: string): never {
  throw new Refusal(422, 40010001, message);
}

/** Well-formed, but against a rule. */
export function unprocessable(message: string): never {
  throw new Refusal(422, 42210000, message);
}

/** Not allowed for this account at this time. */
export function forbidden(message: string, extras: Readonly<Record<string, unknown>> = {}): never {
  throw new Refusal(403, 40310000, message, extras);
}

export function notFound(message: string): never {
  throw new Refusal(404, 40410000, message);
}

/** Market-data complaints carry no code. */
export function badQuery(message: string): never {
  throw new Refusal(400, undefined, message);
}
