/** Writes a whole reply at once. */

const JSON_TYPE = 'application/json; charset=UTF-8';

/** What a reply is written to: a response of `node:http`, or the like of it within this process. */
export interface ReplyHead {
  setHeader(name: string, value: string | number): unknown;
  removeHeader(name: string): void;
  writeHead(status: number, headers?: Readonly<Record<string, string | number>>): { end(text?: string): unknown };
}

/** A body of undefined is no body: 204. */
export function send(response: ReplyHead, status: number, body: unknown): void {
  if (body === undefined) response.writeHead(status).end();
  else sendText(response, status, JSON_TYPE, JSON.stringify(body));
}

export function sendText(response: ReplyHead, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}
