/** What a broker does by itself, done on demand. */
import { z } from 'zod';
import { BORROW_STATUSES } from '../../domain/instrument.ts';
import { ask, type Control, decimal, route, symbol } from './control-route.ts';

const id = z.string().min(1).max(64);
const executionId = id;
const signed = z.string().regex(/^-?\d{1,15}(\.\d{1,9})?$/, 'must be a decimal like "12.5", negative for what goes out');
const multiplier = z.literal([1, 2, 4]);

export const BROKER_CONTROLS: readonly Control[] = [
  route(
    '/fill',
    'fills an open order: what is left of it, or "qty"; "both": true fills the other exit of its group as well',
    z.strictObject({ id, qty: decimal.optional(), both: z.boolean().optional() }),
    (steered, { id: order, qty, both }) =>
      ask(steered, { kind: 'fillOrder', id: order, ...(qty === undefined ? {} : { qty }), ...(both === undefined ? {} : { both }) }),
  ),
  route('/cancel', 'cancels an order, as its owner does elsewhere', z.strictObject({ id }), (steered, body) =>
    ask(steered, { kind: 'cancelOrder', id: body.id }),
  ),
  route('/reject', 'rejects an order that was taken', z.strictObject({ id }), (steered, body) =>
    ask(steered, { kind: 'rejectOrder', id: body.id }),
  ),
  route('/bust', 'takes an execution back', z.strictObject({ executionId }), (steered, body) =>
    ask(steered, { kind: 'bustExecution', executionId: body.executionId }),
  ),
  route('/correct', 'an execution was at another price', z.strictObject({ executionId, price: decimal }), (steered, body) =>
    ask(steered, { kind: 'correctExecution', executionId: body.executionId, price: body.price }),
  ),
  route(
    '/position',
    'shares or coins come from another broker at what they cost, or go to one ("qty" is negative)',
    z.strictObject({ symbol, qty: signed, price: decimal }),
    (steered, body) => ask(steered, { kind: 'transferPosition', ...body }),
  ),
  route(
    '/account',
    '"blocked": nobody may trade; "multiplier": another agreement on margin',
    z.strictObject({ blocked: z.boolean().optional(), multiplier: multiplier.optional() }),
    (steered, { blocked, multiplier: agreed }) =>
      ask(steered, {
        kind: 'restrict',
        ...(blocked === undefined ? {} : { blocked }),
        ...(agreed === undefined ? {} : { multiplier: agreed }),
      }),
  ),
  route(
    '/asset',
    'an asset is not "tradable", not "shortable", or of another "borrow_status", any more, or again',
    z.strictObject({
      symbol,
      tradable: z.boolean().optional(),
      shortable: z.boolean().optional(),
      borrow_status: z.enum(BORROW_STATUSES).optional(),
    }),
    (steered, { symbol: name, tradable, shortable, borrow_status: borrowStatus }) =>
      ask(steered, {
        kind: 'changeAsset',
        symbol: name,
        ...(tradable === undefined ? {} : { tradable }),
        ...(shortable === undefined ? {} : { shortable }),
        ...(borrowStatus === undefined ? {} : { borrowStatus }),
      }),
  ),
];
