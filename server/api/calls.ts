/**
 * Queries and mutations over HTTP, as tRPC's links send them, single or in a batch. tRPC's own adapter speaks the same
 * wire but builds a fetch Request, Response and two streams per call, which costs more than the call itself.
 */
import {
  type AnyProcedure,
  type AnyRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  type TRPCProcedureType as ProcedureType,
  type TRPCError,
} from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import type { Context } from './context.ts';
import { ApiError, MALFORMED, REFUSED_BATCH, UNKNOWN_PROCEDURE, WRONG_METHOD } from './errors.ts';
import { appRouter } from './routers/app.ts';

type Kind = ProcedureType | 'unknown';

export interface Call {
  readonly method: 'GET' | 'POST';
  /** One name, or several with commas when it is a batch. */
  readonly paths: readonly string[];
  readonly isBatch: boolean;
  /** The JSON text: the body, or `input` of the query string. */
  readonly input: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** By whole name ("orders.list"), as tRPC keeps them; its types only show them as a tree. */
const procedures = (appRouter as AnyRouter)._def.procedures as Readonly<Record<string, AnyProcedure>>;

/** Own properties only: "constructor" and "__proto__" are nobody's procedures. */
export const kindOf = (path: string): Kind => (Object.hasOwn(procedures, path) ? (procedures[path]?._def.type ?? 'unknown') : 'unknown');

export async function answerCalls(call: Call, context: Context): Promise<Answer> {
  if (call.isBatch && call.paths.length > context.limits.maxBatchSize) {
    return answerError(tooLargeBatch(context.limits.maxBatchSize), context);
  }
  let inputs: readonly unknown[];
  try {
    inputs = inputsOf(call);
  } catch {
    return answerError(new ApiError(MALFORMED), context);
  }
  const results = await Promise.all(
    call.paths.map((path, batchIndex) => answerOne({ path, input: inputs[batchIndex], method: call.method, batchIndex }, context)),
  );
  const whole = call.isBatch ? results : results[0];
  if (whole === undefined) return answerError(new ApiError(UNKNOWN_PROCEDURE), context);
  return { status: getHTTPStatusCode(whole as Parameters<typeof getHTTPStatusCode>[0]), body: JSON.stringify(whole) };
}

function inputsOf({ input, isBatch, paths }: Call): readonly unknown[] {
  if (input === undefined || input === '') return [];
  const parsed: unknown = JSON.parse(input);
  if (!isBatch) return [parsed];
  if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('a batch is an object');
  const byIndex = parsed as Readonly<Record<string, unknown>>;
  return paths.map((_, index) => (Object.hasOwn(byIndex, index) ? byIndex[index] : undefined));
}

interface One {
  readonly path: string;
  readonly input: unknown;
  readonly method: Call['method'];
  readonly batchIndex: number;
}

async function answerOne({ path, input, method, batchIndex }: One, context: Context): Promise<object> {
  try {
    const type = usableKind(path, method);
    const getRawInput = () => Promise.resolve(input);
    // No signal: a query is short, and a mutation is finished whether its caller waits or not.
    const request = { router: appRouter, path, getRawInput, ctx: context, type, signal: undefined, batchIndex };
    const data: unknown = await callTRPCProcedure(request);
    return { result: { data } };
  } catch (cause) {
    return { error: shapeOf(getTRPCErrorFromUnknown(cause), context, { path, type: kindOf(path) }) };
  }
}

function usableKind(path: string, method: Call['method']): ProcedureType {
  const type = kindOf(path);
  if (type === 'unknown') throw new ApiError(UNKNOWN_PROCEDURE);
  // A subscription that is called alone does not come here: see `server.ts`.
  if (type === 'subscription') throw new ApiError(method === 'GET' ? REFUSED_BATCH : WRONG_METHOD);
  if ((type === 'query') !== (method === 'GET')) throw new ApiError(WRONG_METHOD);
  return type;
}

/** One error for the whole request; clients of batches take it for each of their calls. */
function answerError(error: TRPCError, context: Context): Answer {
  const shape = shapeOf(error, context, { path: undefined, type: 'unknown' });
  return { status: shape.data.httpStatus, body: JSON.stringify({ error: shape }) };
}

function shapeOf(error: TRPCError, context: Context, { path, type }: { path: string | undefined; type: Kind }) {
  report(error, context, path);
  return getTRPCErrorShape({ config: appRouter._def._config, error, ctx: context, path, type, input: undefined });
}

/** What is not the caller's mistake goes to the log, whole; the caller gets the id to find it by. */
export function report(error: TRPCError, context: Pick<Context, 'log' | 'requestId'> | undefined, path: string | undefined): void {
  if (error.code !== 'INTERNAL_SERVER_ERROR' || context === undefined) return;
  context.log.error({ err: error.cause ?? error, path, requestId: context.requestId }, 'api call failed');
}

const tooLargeBatch = (maxBatchSize: number) =>
  new ApiError({
    code: 'BAD_REQUEST',
    appCode: 'batchTooLarge',
    message: `more than ${maxBatchSize} calls in one batch`,
    hint: `set maxItems: ${maxBatchSize} on httpBatchLink`,
  });
