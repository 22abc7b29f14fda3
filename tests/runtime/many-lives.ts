/** A daemon in a world of its own that lives, is killed, and lives again: every order is taken and filled at the price of its bar. */
import type { BrokerOrderId } from '#server/domain/ids.ts';
import { parseMoney, parsePrice } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import { type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import { Daemon } from '#server/runtime/daemon.ts';
import { AAPL, bar, fill, hired, instrument, NOON, plan, portfolio, statement } from '#tests/support/builders.ts';
import { FakeWorld, silentLog } from '#tests/support/fake-world.ts';

/** Plans by their texts, as a configuration would make them: quick and slow in their opinions, or tight in their limits. */
export const planCalled = (text: string): Plan =>
  plan({
    limits: text === 'tight' ? { maxDailyLoss: parseMoney('0.01') } : {},
    portfolios: [portfolio({ deployments: [hired('ma-cross', text === 'slow' ? { fast: 3, slow: 7 } : { fast: 1, slow: 2 })] })],
  });

const PERIOD = 1.5;

export class ManyLives {
  readonly world = new FakeWorld();
  #bars = 0;
  #daemon: Daemon | undefined;
  #at: Instant = NOON;

  constructor() {
    Object.assign(this.world.clock, { now: () => this.#at });
    this.world.onCommand = (command) => this.#answer(command);
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error('not started');
    return this.#daemon;
  }

  /** The one before is gone without a word. */
  async start(planText: string): Promise<void> {
    this.#at = plus(this.#at, 1_000);
    this.#daemon = await Daemon.start({
      ...{ world: this.world, plan: planCalled(planText), planText, readPlan: planCalled, mode: 'test', version: '1', log: silentLog },
      ...{ config: () => ({}), sentinelIsSet: () => false, coolDownMs: 0, reconcileEveryMs: 60_000 },
    });
    this.world.connected?.tell({ kind: 'instruments', instruments: [instrument(AAPL)] });
    this.world.connected?.tell({ kind: 'calendar', sessions: [{ date: 'd', opensAt: NOON, closesAt: plus(NOON, 86_400_000) }] });
    const { cash, day, markets } = this.daemon.desk.books;
    const held = markets.get(AAPL)?.position.quantity ?? 0n;
    const positions = held === 0n ? [] : [{ symbol: AAPL, quantity: held as never, averageEntryPrice: parsePrice('100') }];
    const agreeing = day === undefined ? {} : { cash, positions };
    await this.daemon.desk.durable({ kind: 'statement', statement: statement({ asOf: plus(this.#at, 1), ...agreeing }) });
  }

  /** A price that goes up and down. */
  async bars(count: number): Promise<void> {
    for (let nth = 0; nth < count; nth++) await this.closes(100 + 5 * Math.sin(this.#bars / PERIOD));
  }

  async closes(...prices: readonly number[]): Promise<void> {
    for (const price of prices) {
      const next = bar(this.#bars++, price);
      this.#at = plus(next.startsAt, MINUTE_MS);
      await this.daemon.desk.durable({ kind: 'bar', bar: next, history: false });
      this.world.connected?.tell({ kind: 'tick' });
    }
  }

  #answer(command: Command): void {
    if (command.kind !== 'place') return;
    const { order, intent } = command;
    const { tell } = this.world.connected ?? {};
    tell?.({ kind: 'orderAccepted', order, brokerId: `b-${order}` as BrokerOrderId });
    tell?.({
      kind: 'fill',
      fill: { ...fill(order, intent.side, '1', '1'), quantity: intent.quantity, price: intent.expectedPrice, at: this.#at },
    });
  }
}
