/** The journal as a stream over WebSocket and SSE; a reader that comes back with its last id misses nothing and sees nothing twice. */
import { type TrackedEnvelope, tracked } from '@trpc/server';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { follow } from '../follow.ts';
import { eventKind, type PublicEvent, presentEntry } from '../present-entry.ts';
import { guarded, router } from '../trpc.ts';

const MAX_ID_DIGITS = 15;

const streamInput = z
  .strictObject({
    /** The id of the last event the reader has; without it the stream begins now. */
    lastEventId: z
      .union([z.string(), z.int().min(0).transform(String)])
      .pipe(z.string().regex(new RegExp(`^\\d{1,${MAX_ID_DIGITS}}$`), 'an event id is the number of a journal entry'))
      .nullish(),
    kinds: z.array(eventKind).min(1).max(eventKind.options.length).optional(),
  })
  .prefault({});

export const eventsRouter = router({
  stream: guarded.input(streamInput).subscription(async function* ({ ctx, input, signal }) {
    // tRPC gives every subscription a signal; its type allows none for calls from inside the server.
    yield* stream(ctx, input, signal ?? new AbortController().signal);
  }),
});

async function* stream(
  ctx: Context,
  { lastEventId, kinds }: z.infer<typeof streamInput>,
  signal: AbortSignal,
): AsyncGenerator<TrackedEnvelope<PublicEvent>, void> {
  if (ctx.streams.open >= ctx.limits.maxStreams) throw tooManyStreams(ctx.limits.maxStreams);
  ctx.streams.open += 1;
  try {
    const after = lastEventId == null ? undefined : Number(lastEventId);
    const { desk, records } = ctx;
    for await (const entry of follow({ desk, records, after, maxWaiting: ctx.limits.maxWaitingEntries, signal })) {
      if (kinds !== undefined && !kinds.includes(entry.event.kind)) continue;
      await ctx.writable(signal);
      if (signal.aborted) return;
      yield tracked(String(entry.seq), presentEntry(entry));
    }
  } finally {
    ctx.streams.open -= 1;
  }
}

const tooManyStreams = (maxStreams: number) =>
  new ApiError({
    code: 'TOO_MANY_REQUESTS',
    appCode: 'tooMany',
    message: `${maxStreams} streams are open already`,
    hint: 'close some; one stream carries all kinds of events',
  });
