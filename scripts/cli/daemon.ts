/** Talks to the daemon of a home, and hangs up whatever happens. */
import { TRPCClientError } from '@trpc/client';
import { connectDaemon, type Daemon, NoDaemonError } from '#server/api/client.ts';
import { Failure } from './failure.ts';
import { lookCloser } from './no-daemon.ts';

export async function withDaemon<T>(home: string, deed: (daemon: Daemon) => Promise<T>): Promise<T> {
  const daemon = await connectDaemon(home).catch((error: unknown) => {
    throw error instanceof NoDaemonError ? lookCloser(error, home) : error;
  });
  try {
    return await deed(daemon);
  } catch (error) {
    throw error instanceof TRPCClientError ? failureOfCall(error) : error;
  } finally {
    await daemon.close();
  }
}

/** The daemon's errors carry a code and a hint; what has none did not come from it. */
function failureOfCall({ message, data }: TRPCClientError<never>): Failure {
  const { appCode, hint } = (data ?? {}) as { appCode?: string; hint?: string };
  const remedy = hint ?? 'look into its log; "tradar doctor" looks for what is wrong';
  return new Failure({
    code: appCode ?? 'unreachable',
    message: appCode === undefined ? `the daemon does not answer: ${message}` : message,
    hint: remedy,
  });
}
