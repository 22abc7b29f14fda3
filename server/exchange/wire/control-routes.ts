/** Everything that can be asked of the control side. */
import { z } from 'zod';
import { plus } from '../../domain/time.ts';
import { FAULTS } from '../faults/catalogue.ts';
import type { ArmedRule } from '../faults/plan.ts';
import { stamp } from '../stamp.ts';
import { BROKER_CONTROLS } from './control-broker-routes.ts';
import { Misuse, type Steered } from './control-call.ts';
import { ask, type Control, decimal, look, remove, route, symbol } from './control-route.ts';
import { ruleSchema } from './faults-rule.ts';

const nothing = z.strictObject({});
const word = z.string().regex(/^\S{1,256}$/, 'must be 1 to 256 characters without blanks');
const DAY_MS = 86_400_000;

export const CONTROLS: readonly Control[] = [
  look('/', 'this list', () => ({ controls: CONTROLS.map(({ method, path, summary }) => ({ method, path, summary })) })),
  look('/settings', 'the switches that it was started with', ({ switches = {} }) => ({ settings: switches })),
  look('/clock', 'market time and speed', (steered) => clockOf(steered)),
  route(
    '/clock',
    'sets the speed: market seconds in a second of the wall, 0 stands still',
    z.strictObject({ speed: z.number().min(0).max(1e6) }),
    (steered, { speed }) => {
      steered.server.driver.turn();
      steered.clock.setSpeed(speed);
      return clockOf(steered);
    },
  ),
  route(
    '/clock/step',
    'moves market time on by "ms", or to the next price or bar with {}',
    z.strictObject({
      ms: z
        .number()
        .int()
        .min(1)
        .max(30 * DAY_MS)
        .optional(),
    }),
    (steered, { ms }) => stepped(steered, ms),
  ),
  route('/reset', 'the market from its beginning, without orders, positions and faults', nothing, (steered) => {
    steered.server.faults.clear();
    steered.server.driver.restore(steered.server.pristine);
    return clockOf(steered);
  }),
  look('/snapshot', 'the whole state', ({ server }) => ({ snapshot: server.driver.snapshot() })),
  route('/restore', 'goes on from a state; the clients stay connected', z.strictObject({ snapshot: z.string().min(2) }), (steered, body) =>
    restored(steered, body.snapshot),
  ),
  route('/cash', 'sets the cash', z.strictObject({ cash: decimal }), (steered, { cash }) => ask(steered, { kind: 'setCash', cash })),
  route(
    '/price',
    'a trade at this price, now, with a quote around it',
    z.strictObject({ symbol, price: decimal }),
    (steered, { symbol, price }) => ask(steered, { kind: 'injectPrice', symbol, price }),
  ),
  route('/halt', 'nothing trades in a symbol', z.strictObject({ symbol }), (steered, body) =>
    ask(steered, { kind: 'setHalt', symbol: body.symbol, halted: true }),
  ),
  route('/resume', 'a symbol trades again', z.strictObject({ symbol }), (steered, body) =>
    ask(steered, { kind: 'setHalt', symbol: body.symbol, halted: false }),
  ),
  ...BROKER_CONTROLS,
  look('/keys', 'ids of the keys that are let in; null: any', ({ server }) => ({ ids: server.keys.ids() ?? null })),
  route(
    '/keys',
    'lets another pair of keys in beside the others',
    z.strictObject({ id: word, secret: word }),
    ({ server }, { id, secret }) => {
      server.keys.allow({ keyId: id, secretKey: secret });
      return { ids: server.keys.ids() };
    },
  ),
  remove('/keys/:id', 'revokes a pair of keys; connections that are open stay', ({ server }, { id }) => {
    if (!server.keys.revoke(id)) throw new Misuse(404, `there is no key ${id}`);
    return { ids: server.keys.ids() };
  }),
  route(
    '/streams/drop',
    'breaks the connections to a stream ("/stream", "/v2/iex"), or all of them',
    z.strictObject({ stream: z.string().optional() }),
    ({ server }, { stream }) => ({ dropped: server.dropStreams(stream) }),
  ),
  look('/faults', 'the rules that are armed, and every fault there is', ({ server }) => ({
    rules: server.faults.plan.rules().map(shownRule),
    faults: Object.entries(FAULTS).map(([fault, { targets, takes, summary }]) => ({ fault, targets, takes, summary })),
  })),
  route(
    '/faults',
    'arms a rule, or a list of them',
    z.preprocess((json) => (Array.isArray(json) ? json : [json]), z.array(ruleSchema).min(1).max(1_000)),
    ({ server }, rules) => ({ armed: rules.map((rule) => shownRule(server.faults.plan.arm(rule))) }),
  ),
  remove('/faults', 'disarms all rules', ({ server }) => ({ disarmed: server.faults.plan.disarm() })),
  look('/faults/fired', 'the faults that fired, the last 10,000 of them; ?after=N leaves out the first N', ({ server }, { query }) => ({
    fired: server.faults.plan.fired(afterOf(query)).map((one) => ({ ...one, at: stamp(one.at) })),
  })),
  remove('/faults/fired', 'forgets which faults fired', ({ server }) => {
    server.faults.plan.forgetFired();
    return {};
  }),
  remove('/faults/:id', 'disarms one rule', ({ server }, { id }) => {
    if (server.faults.plan.disarm(id) === 0) throw new Misuse(404, `there is no rule ${id.slice(0, 40)}; GET /faults has them`);
    return { disarmed: 1 };
  }),
];

const shownRule = ({ id, rule, seen, struck }: ArmedRule) => ({ id, ...rule, seen, struck });

function afterOf(query: URLSearchParams): number {
  const after = Number(query.get('after') ?? '0');
  if (!Number.isInteger(after) || after < 0) throw new Misuse(400, 'after: must be a whole number from 0 up');
  return after;
}

function clockOf({ clock, exchange }: Steered): Record<string, unknown> {
  const next = exchange.nextEventAt();
  return { now: stamp(clock.now()), speed: clock.speed(), nextEventAt: next === undefined ? null : stamp(next) };
}

function stepped(steered: Steered, ms: number | undefined): Record<string, unknown> {
  const { clock, exchange, server } = steered;
  const to = ms === undefined ? exchange.nextEventAt() : plus(clock.now(), ms);
  if (to === undefined) throw new Misuse(409, 'the bars have ended, there is no next event; POST /reset begins anew');
  clock.jumpTo(to);
  server.driver.turn();
  return clockOf(steered);
}

function restored(steered: Steered, snapshot: string): Record<string, unknown> {
  try {
    steered.server.driver.restore(snapshot);
  } catch (error) {
    throw new Misuse(400, `the snapshot can not be restored: ${error instanceof Error ? error.message : String(error)}`);
  }
  return clockOf(steered);
}
