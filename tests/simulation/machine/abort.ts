/**
 * Calling off, as far as the official client goes: a controller with a deadline for each request. The platform's own is made of
 * general events; with several listeners a request that was a twelfth of a simulated day.
 */

type Listener = () => void;

export class Signal {
  aborted = false;
  reason: unknown;
  readonly #listeners = new Set<Listener>();

  addEventListener(event: string, listener: Listener, { once = false }: { readonly once?: boolean } = {}): void {
    if (event !== 'abort' || !once) throw new Error('only "abort" is told here, and once');
    this.#listeners.add(listener);
  }

  removeEventListener(_event: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners) {
      this.#listeners.delete(listener);
      listener();
    }
  }
}

export class Controller {
  readonly signal = new Signal();

  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    this.signal.abort(reason);
  }
}
