/** The two kinds of procedures: `guarded` needs the token and counts against the rate limit, `urgent` only needs the token. */
import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';
import { ApiError, type AppCode, complaintOf, type InputIssue } from './errors.ts';

const PING_INTERVAL_MS = 10_000;
const RECONNECT_AFTER_SILENCE_MS = 30_000;

export interface ErrorData {
  readonly code: string;
  readonly httpStatus: number;
  readonly path: string | null;
  readonly appCode: AppCode;
  readonly hint: string;
  readonly requestId: string | null;
  readonly issues: readonly InputIssue[];
}

const trpc = initTRPC.context<Context>().create({
  // A new object, field by field: whatever else tRPC knows of the error stays here.
  errorFormatter: ({ shape, error, ctx }) => {
    const { code, appCode, message, hint, issues } = complaintOf(error);
    const { httpStatus, path = null } = shape.data;
    const data: ErrorData = { code, httpStatus, path, appCode, hint, requestId: ctx?.requestId ?? null, issues };
    return { code: shape.code, message, data };
  },
  sse: { ping: { enabled: true, intervalMs: PING_INTERVAL_MS }, client: { reconnectAfterInactivityMs: RECONNECT_AFTER_SILENCE_MS } },
  // Otherwise tRPC adds the stack to each error unless NODE_ENV says production.
  isDev: false,
});

export const { router } = trpc;

/** Needs the token, is never counted: a busy client must not be able to keep the kill switch from being pressed. */
export const urgent = trpc.procedure.use(({ ctx, next }) => {
  if (ctx.isAuthorised) return next();
  throw ctx.hasToken ? wrongToken() : missingToken();
});

export const guarded = urgent.use(({ ctx, next }) => {
  if (ctx.calls.take(ctx.address)) return next();
  throw tooManyCalls(ctx.limits.callsPerSecond);
});

export const missingToken = () =>
  new ApiError({
    code: 'UNAUTHORIZED',
    appCode: 'tokenMissing',
    message: 'this call needs the token',
    hint: 'send the content of the file "token" in the daemon\'s home as "Authorization: Bearer …", or as connection parameter "token" of a WebSocket',
  });

export const wrongToken = () =>
  new ApiError({
    code: 'UNAUTHORIZED',
    appCode: 'tokenWrong',
    message: 'the token is not the one of this daemon',
    hint: 'read the file "token" in the home of the daemon you are calling; another daemon has another token',
  });

const tooManyCalls = (perSecond: number) =>
  new ApiError({
    code: 'TOO_MANY_REQUESTS',
    appCode: 'tooMany',
    message: `more than ${perSecond} calls in one second from this address`,
    hint: 'wait a second; follow events.stream instead of asking again and again',
  });

export const tooManyAttempts = () =>
  new ApiError({
    code: 'TOO_MANY_REQUESTS',
    appCode: 'tooMany',
    message: 'too many calls without the right token from this address',
    hint: 'wait a minute; calls with the right token are served meanwhile',
  });
