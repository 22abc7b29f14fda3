/**
 * The time limit of a request. The official client has one of its own, which guards the reading of the body as well: it hangs
 * listeners and readers on every reply. Here a reply is whole before it is handed on, so that a timer is enough.
 */

/** Rejects after so long, whatever the request does then; its signal tells it to end. */
export function within<T>(timeoutMs: number, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const reason = new DOMException(`Request timed out after ${timeoutMs} ms`, 'TimeoutError');
      controller.abort(reason);
      reject(reason);
    }, timeoutMs);
    send(controller.signal).then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
