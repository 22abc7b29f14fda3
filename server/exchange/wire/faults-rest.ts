/** One struck request: what goes wrong before it is applied, while it is, and with its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FaultName, kindOf, type Stage } from '../faults/catalogue.ts';
import { distorted } from '../faults/distort.ts';
import type { Strike } from '../faults/plan.ts';
import type { ExchangeRequest } from '../requests.ts';
import { isChange } from '../requests.ts';
import { isRecord } from './codec.ts';
import type { Driver } from './driver.ts';
import type { Faults } from './faults.ts';
import { send, sendText } from './send.ts';
import { wait } from './wall.ts';

export interface StruckCall {
  readonly asked: ExchangeRequest;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export async function serveStruck(driver: Driver, faults: Faults, call: StruckCall, strikes: readonly Strike[]): Promise<void> {
  const at = (stage: Stage): Strike | undefined => strikes.find(({ fault }) => kindOf(fault).stage === stage);
  const late = at('arrival');
  if (late) await wait(faults.wall, late.ms, faults.closing);
  const instead = at('instead');
  if (instead) {
    refuse(call, instead, faults.wall.now());
    return;
  }
  const bodies = strikes.filter(({ fault }) => kindOf(fault).stage === 'body');
  const wrong = at('answer');
  const answer = ({ status, body }: Answer): void => {
    const seen = bodies.reduce((json, strike) => distorted(json, strike, ''), faults.pendingCancels.shown(body));
    if (wrong) answerWrongly(faults, call, { status, body: seen }, wrong);
    else send(call.response, status, seen);
  };
  apply(driver, faults, call.asked, at('apply'), answer);
}

const reset = ({ request }: StruckCall): void => void request.socket.destroy();

function refuse(call: StruckCall, { fault, status, ms, withReset }: Strike, now: number): void {
  const { response, asked } = call;
  if (fault === 'requestLost') reset(call);
  else if (fault === 'notFoundYet') {
    const named = 'id' in asked ? asked.id : String(Object.values(asked)[1]);
    send(response, status, { code: 40410000, message: `order not found for ${named}` });
  } else if (fault === 'rateLimited') {
    if (withReset) {
      response.setHeader('X-RateLimit-Remaining', 0);
      response.setHeader('X-RateLimit-Reset', Math.ceil((now + ms) / 1_000));
    } else for (const name of ['Limit', 'Remaining', 'Reset']) response.removeHeader(`X-RateLimit-${name}`);
    send(response, 429, { code: 42910000, message: 'rate limit exceeded' });
  } else send(response, status, internalError);
}

const internalError = { code: 50010000, message: 'internal server error occurred' };

function apply(driver: Driver, faults: Faults, asked: ExchangeRequest, strike: Strike | undefined, answer: (answer: Answer) => void): void {
  const { pendingCancels, stale } = faults;
  if (asked.kind === 'cancelOrder' && pendingCancels.has(asked.id)) {
    answer({ status: 422, body: { code: 42210000, message: 'order is already in "pending_cancel" state' } });
  } else if (strike?.fault === 'staleList' && !isChange(asked)) {
    driver.turn();
    answer(stale.answer(asked, strike.ms));
  } else if (asked.kind === 'cancelOrder' && strike && strike.fault !== 'staleList') cancelBadly(driver, faults, asked.id, strike, answer);
  else driver.ask(asked, (status, body) => answer({ status, body }));
}

/** Says that the order will be cancelled, and does something else, if the order can still be cancelled. */
function cancelBadly(driver: Driver, faults: Faults, id: string, strike: Strike, answer: (answer: Answer) => void): void {
  const accepted = { status: 204, body: undefined };
  if (strike.fault === 'cancelThenFill') {
    driver.ask({ kind: 'fillOrder', id }, (status, body) => answer(status === 200 ? accepted : { status, body }));
    return;
  }
  if (!CANCELLABLE.has(statusOf(driver, id))) {
    driver.ask({ kind: 'cancelOrder', id }, (status, body) => answer({ status, body }));
    return;
  }
  faults.pendingCancels.hold(id, strike.ms, () => driver.ask({ kind: 'cancelOrder', id }, () => undefined));
  answer(accepted);
}

function statusOf(driver: Driver, id: string): string {
  let status = '';
  driver.ask({ kind: 'getOrder', id, nested: false }, (_, body) => {
    if (isRecord(body)) status = String(body['status']);
  });
  return status;
}

const CANCELLABLE: ReadonlySet<string> = new Set(['new', 'partially_filled', 'accepted', 'pending_new', 'held']);

const proxyPage = (status: number, words: string): string =>
  `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;

const WRONG_ANSWERS: Partial<Record<FaultName, (call: StruckCall, answer: Answer, strike: Strike) => void>> = {
  responseLost: reset,
  serverErrorAfter: ({ response }, _, { status }) => send(response, status, internalError),
  replaceErrorButReplaced: ({ response }, _, { status }) =>
    send(response, status, { code: 42210000, message: 'order can not be replaced' }),
  htmlBody: ({ response }, _, { status }) => sendText(response, status, 'text/html', proxyPage(status, 'Bad Gateway')),
  truncatedJson: ({ response }, { status, body }) => {
    const text = JSON.stringify(body ?? null);
    sendText(response, status === 204 ? 200 : status, 'application/json; charset=UTF-8', text.slice(0, Math.floor(text.length / 2)));
  },
  gatewayTimeout: ({ response }) => sendText(response, 504, 'text/html', proxyPage(504, 'Gateway Time-out')),
};

function answerWrongly({ closing, wall }: Faults, call: StruckCall, answer: Answer, strike: Strike): void {
  const deed = (): void => WRONG_ANSWERS[strike.fault]?.(call, answer, strike);
  if (strike.fault !== 'gatewayTimeout' || strike.ms === 0) deed();
  else wait(wall, strike.ms, closing).then(deed, () => reset(call));
}
