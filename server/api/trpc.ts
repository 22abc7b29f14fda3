/** The kinds of procedures: `urgent` needs a token, `guarded` counts against the rate limit besides, `operator` needs the operator's token. */
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

/** Needs a token, whosever it is, and is never counted: a busy client must not be able to keep the kill switch from being pressed. */
export const urgent = trpc.procedure.use(({ ctx, next }) => {
  if (ctx.role !== undefined) return next();
  throw ctx.hasToken ? wrongToken() : missingToken();
});

export const guarded = urgent.use(({ ctx, next }) => {
  if (ctx.calls.take(ctx.address)) return next();
  throw tooManyCalls(ctx.limits.callsPerSecond);
});

/** Before the input is looked at: whoever may not call it learns nothing of what it takes. */
export const operator = guarded.use(({ ctx, path, next }) => {
  if (ctx.role === 'operator') return next();
  // Above the limit it is no news; the log is not for callers to fill.
  if (ctx.failedLogins.take(ctx.address)) {
    ctx.log.warn({ address: ctx.address, requestId: ctx.requestId, path, role: ctx.role }, 'api call without the operator token');
  }
  throw operatorOnly();
});

export const missingToken = () =>
  new ApiError({
    code: 'UNAUTHORIZED',
    appCode: 'tokenMissing',
    message: 'this call needs a token',
    hint: 'send what "tradar token --role viewer" or "tradar token --role operator" prints as "Authorization: Bearer …", or as connection parameter "token" of a WebSocket',
  });

export const wrongToken = () =>
  new ApiError({
    code: 'UNAUTHORIZED',
    appCode: 'tokenWrong',
    message: 'the token is none of this daemon',
    hint: 'ask for it with "tradar token" in the home of the daemon you are calling; another daemon has other tokens',
  });

const operatorOnly = () =>
  new ApiError({
    code: 'FORBIDDEN',
    appCode: 'operatorOnly',
    message: "this call needs the operator's token; the viewer's reads, and engages the kill switch",
    hint: 'send what "tradar token --role operator" prints in the home of the daemon',
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
    message: 'too many calls without a right token from this address',
    hint: 'wait a minute; calls with a right token are served meanwhile',
  });
