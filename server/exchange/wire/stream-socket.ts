/** The server's end of a stream: one of `ws`, or one end of a pair within this process. */
import type { IncomingMessage } from 'node:http';
import type { RawMessage } from './codec.ts';

export interface StreamSocket {
  readonly readyState: number;
  readonly OPEN: number;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  send(data: string | Uint8Array, options: { readonly binary?: boolean }): void;
  close(code?: number): void;
  /** Breaks the connection without a goodbye. */
  terminate(): void;
  on(event: 'message', listener: (data: RawMessage, isBinary: boolean) => void): unknown;
  on(event: 'error' | 'close', listener: () => void): unknown;
}

/** What asked for the stream. */
export type StreamRequest = Pick<IncomingMessage, 'url' | 'headers'>;
