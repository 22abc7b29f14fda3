/** One struck request: what goes wrong before it is applied, while it is, and with its answer. */
import { randomUUID } from 'node:crypto';
import { type FaultName, kindOf, type Stage } from '../faults/catalogue.ts';
import { distorted, shortened } from '../faults/distort.ts';
import type { Strike } from '../faults/plan.ts';
import type { ExchangeRequest } from '../requests.ts';
import { isChange } from '../requests.ts';
import { isRecord } from './codec.ts';
import type { Driver } from './driver.ts';
import type { Faults } from './faults.ts';
import { type ReplyHead, send, sendText } from './send.ts';
import { wait } from './wall.ts';

export interface StruckCall {
  readonly asked: ExchangeRequest;
  readonly reply: ReplyHead;
  breakOff(): void;
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
    if (instead.fault !== 'notFoundYet' || isNew(faults, call.asked, instead.ms)) {
      refuse(call, instead, faults.wall.now());
      return;
    }
  }
  const skewed = at('header');
  if (skewed) call.reply.setHeader('Date', new Date(faults.wall.now() + skewed.ms).toUTCString());
  const bodies = strikes.filter(({ fault }) => kindOf(fault).stage === 'body');
  const wrong = at('answer');
  const answer = ({ status, body }: Answer): void => {
    const bent = (json: unknown, strike: Strike): unknown =>
      strike.fault === 'omittedItem' ? shortened(json) : distorted(json, strike, '');
    const seen = bodies.reduce(bent, faults.pendingCancels.shown(body));
    if (wrong) answerWrongly(faults, call, { status, body: seen }, wrong);
    else send(call.reply, status, seen);
  };
  apply(driver, faults, call.asked, at('apply'), answer);
}

/** Remembers when an order was accepted, while somebody is not to find it. */
export function noteAccepted({ plan, accepted }: Faults, asked: ExchangeRequest, status: number, body: unknown): void {
  if (asked.kind === 'submitOrder' && status === 200 && (plan.longest('notFoundYet') ?? 0) > 0) accepted.note(body);
}

/** Without a time any order is new; with one, so long after it was accepted. */
function isNew({ accepted }: Faults, asked: ExchangeRequest, ms: number): boolean {
  if (ms === 0) return true;
  if (asked.kind === 'getOrder') return accepted.isWithin(asked.id, ms);
  return asked.kind === 'getOrderByClientId' && accepted.isWithin(asked.clientOrderId, ms);
}

const reset = ({ breakOff }: StruckCall): void => breakOff();

function refuse(call: StruckCall, { fault, status, ms, withReset }: Strike, now: number): void {
  const { reply, asked } = call;
  if (fault === 'requestLost') reset(call);
  else if (fault === 'notFoundYet') {
    const named = 'id' in asked ? asked.id : String(Object.values(asked)[1]);
    send(reply, status, { code: 40410000, message: `order not found for ${named}` });
  } else if (fault === 'rateLimited') {
    if (withReset) {
      reply.setHeader('X-RateLimit-Remaining', 0);
      reply.setHeader('X-RateLimit-Reset', Math.ceil((now + ms) / 1_000));
    } else for (const name of ['Limit', 'Remaining', 'Reset']) reply.removeHeader(`X-RateLimit-${name}`);
    send(reply, 429, { code: 42910000, message: 'rate limit exceeded' });
  } else if (fault === 'unauthorized') {
    send(reply, status, status === 403 ? { message: 'forbidden.' } : { code: 40110000, message: 'request is not authorized' });
  } else send(reply, status, internalError);
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
  else if (asked.kind === 'replaceOrder' && strike?.fault === 'replaceThenFill') replaceBadly(driver, asked, answer);
  else {
    driver.ask(asked, (status, body) => {
      noteAccepted(faults, asked, status, body);
      answer({ status, body });
    });
  }
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

/** Answers with an order that never comes to be; the old one fills. */
function replaceBadly(
  driver: Driver,
  { id, change }: Extract<ExchangeRequest, { kind: 'replaceOrder' }>,
  answer: (answer: Answer) => void,
): void {
  let old: Record<string, unknown> | undefined;
  driver.ask({ kind: 'getOrder', id, nested: false }, (_, body) => {
    if (isRecord(body)) old = body;
  });
  if (!old || !CANCELLABLE.has(String(old['status']))) {
    driver.ask({ kind: 'replaceOrder', id, change }, (status, body) => answer({ status, body }));
    return;
  }
  const { qty = old['qty'], limitPrice = old['limit_price'], stopPrice = old['stop_price'] } = change;
  const fresh = { ...old, id: randomUUID(), client_order_id: change.clientOrderId ?? randomUUID(), replaces: id, status: 'pending_new' };
  answer({ status: 200, body: { ...fresh, qty, limit_price: limitPrice, stop_price: stopPrice } });
  driver.ask({ kind: 'fillOrder', id }, () => undefined);
  driver.ask({ kind: 'refuseChange', id, what: 'replace' }, () => undefined);
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
  serverErrorAfter: ({ reply }, _, { status }) => send(reply, status, internalError),
  replaceErrorButReplaced: ({ reply }, _, { status }) => send(reply, status, { code: 42210000, message: 'order can not be replaced' }),
  htmlBody: ({ reply }, _, { status }) => sendText(reply, status, 'text/html', proxyPage(status, 'Bad Gateway')),
  truncatedJson: ({ reply }, { status, body }) => {
    const text = JSON.stringify(body ?? null);
    sendText(reply, status === 204 ? 200 : status, 'application/json; charset=UTF-8', text.slice(0, Math.floor(text.length / 2)));
  },
  lateAnswer: ({ reply }, { status, body }) => send(reply, status, body),
  gatewayTimeout: ({ reply }) => sendText(reply, 504, 'text/html', proxyPage(504, 'Gateway Time-out')),
};

function answerWrongly({ closing, wall }: Faults, call: StruckCall, answer: Answer, strike: Strike): void {
  const deed = (): void => WRONG_ANSWERS[strike.fault]?.(call, answer, strike);
  if ((strike.fault !== 'gatewayTimeout' && strike.fault !== 'lateAnswer') || strike.ms === 0) deed();
  else wait(wall, strike.ms, closing).then(deed, () => reset(call));
}
