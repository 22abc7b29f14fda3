/** Writes a whole reply at once. */
import type { ServerResponse } from 'node:http';

const JSON_TYPE = 'application/json; charset=UTF-8';

/** A body of undefined is no body: 204. */
export function send(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) response.writeHead(status).end();
  else sendText(response, status, JSON_TYPE, JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}
