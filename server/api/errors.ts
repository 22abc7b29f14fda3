/** Every error a caller can get: a code for programs, a message and a hint for people, and never how we are built. */
import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';

/** What programs may compare; a tRPC code is the kind, this is the case. */
export type AppCode =
  | 'tokenMissing'
  | 'tokenWrong'
  | 'tokenInUrl'
  | 'operatorOnly'
  | 'hostRefused'
  | 'originRefused'
  | 'methodRefused'
  | 'contentTypeRefused'
  | 'bodyTooLarge'
  | 'bodyMalformed'
  | 'batchTooLarge'
  | 'batchRefused'
  | 'pathUnknown'
  | 'procedureUnknown'
  | 'inputInvalid'
  | 'notFound'
  | 'tooMany'
  | 'engageRefused'
  | 'releaseRefused'
  | 'lockRefused'
  | 'internal';

export interface Complaint {
  readonly code: TRPC_ERROR_CODE_KEY;
  readonly appCode: AppCode;
  readonly message: string;
  readonly hint: string;
}

export class ApiError extends TRPCError {
  readonly appCode: AppCode;
  readonly hint: string;
  constructor({ code, appCode, message, hint }: Complaint) {
    super({ code, message });
    this.appCode = appCode;
    this.hint = hint;
  }
}

/** The desk says why not, in an error with a hint; any other error is a fault of ours. */
export function refusalOf(error: unknown, appCode: AppCode): ApiError | undefined {
  if (!(error instanceof Error) || !('hint' in error) || typeof error.hint !== 'string') return undefined;
  return new ApiError({ code: 'CONFLICT', appCode, message: error.message, hint: error.hint });
}

/** One field of the input and what is wrong with it. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

/** The error in our words. What is not ours to tell becomes "internal": the log has it under the request id. */
export function complaintOf(error: TRPCError): Complaint & { readonly issues: readonly InputIssue[] } {
  if (error instanceof ApiError) return { code: error.code, appCode: error.appCode, message: error.message, hint: error.hint, issues: [] };
  switch (error.code) {
    case 'BAD_REQUEST':
      return badInput(error);
    case 'PARSE_ERROR':
      return { ...MALFORMED, issues: [] };
    case 'NOT_FOUND':
      return { ...UNKNOWN_PROCEDURE, issues: [] };
    case 'METHOD_NOT_SUPPORTED':
      return { ...WRONG_METHOD, issues: [] };
    default:
      return { ...INTERNAL, issues: [] };
  }
}

function badInput(error: TRPCError): Complaint & { readonly issues: readonly InputIssue[] } {
  if (!(error.cause instanceof ZodError)) return { ...REFUSED_BATCH, issues: [] };
  const issues = error.cause.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const words = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  const hint = 'correct the fields listed in data.issues';
  return { code: 'BAD_REQUEST', appCode: 'inputInvalid', message: `the input is not valid: ${words}`, hint, issues };
}

export const MALFORMED: Complaint = {
  code: 'PARSE_ERROR',
  appCode: 'bodyMalformed',
  message: 'the request is not the JSON that a tRPC client sends',
  hint: 'send one JSON value; a batch is an object with the keys "0", "1", …',
};

export const UNKNOWN_PROCEDURE: Complaint = {
  code: 'NOT_FOUND',
  appCode: 'procedureUnknown',
  message: 'there is no such procedure',
  hint: 'see docs/api.md for the list of procedures, and check whether it is a query, a mutation or a subscription',
};

export const WRONG_METHOD: Complaint = {
  code: 'METHOD_NOT_SUPPORTED',
  appCode: 'methodRefused',
  message: 'this procedure is not called with this HTTP method',
  hint: 'queries and subscriptions are GET, mutations are POST',
};

export const REFUSED_BATCH: Complaint = {
  code: 'BAD_REQUEST',
  appCode: 'batchRefused',
  message: 'these calls can not be made in one request',
  hint: 'send at most ten calls of one kind in a batch, and subscriptions alone',
};

export const INTERNAL: Complaint = {
  code: 'INTERNAL_SERVER_ERROR',
  appCode: 'internal',
  message: 'something broke on our side',
  hint: 'look for the request id in the daemon log',
};
