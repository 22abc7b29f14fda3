/** Alpaca's side of the two stream protocols, step by step, for scripted brokers. */
import { decode, encode } from '@msgpack/msgpack';
import type { WebSocket } from 'ws';

/** Resolves with the next message of the client. */
export const nextMessage = (socket: WebSocket): Promise<unknown> =>
  new Promise((resolve) =>
    socket.once('message', (data: Buffer, isBinary) => resolve(isBinary ? decode(data) : JSON.parse(data.toString('utf8')))),
  );

/** Paper sends its JSON in binary frames. */
export const sendJson = (socket: WebSocket, frame: unknown): void => socket.send(Buffer.from(JSON.stringify(frame)));

export const sendPacked = (socket: WebSocket, frames: readonly unknown[]): void => socket.send(encode(frames));

export async function authorize(socket: WebSocket): Promise<unknown> {
  const message = await nextMessage(socket);
  sendJson(socket, { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
  return message;
}

export async function listen(socket: WebSocket): Promise<void> {
  await authorize(socket);
  await nextMessage(socket);
  sendJson(socket, { stream: 'listening', data: { streams: ['trade_updates'] } });
}

export async function welcome(socket: WebSocket): Promise<unknown> {
  sendPacked(socket, [{ T: 'success', msg: 'connected' }]);
  const message = await nextMessage(socket);
  sendPacked(socket, [{ T: 'success', msg: 'authenticated' }]);
  return message;
}

export async function subscribed(socket: WebSocket): Promise<void> {
  await welcome(socket);
  const wanted = (await nextMessage(socket)) as { bars: string[] };
  sendPacked(socket, [{ T: 'subscription', bars: wanted.bars, trades: [], quotes: [] }]);
}
