/** A model of an ordinary minute, to change one thing of. */
import type { ViewModel } from '#server/view/model.ts';

const AT = Date.UTC(2019, 1, 12, 15, 31);

export const viewModel = (changes: Partial<ViewModel> = {}): ViewModel => ({
  mode: 'demo',
  speed: 60,
  marketTime: AT,
  killLevel: 'armed',
  killReason: '',
  latchId: 0,
  equity: '100123.456789',
  cash: '50000',
  dayProfitLoss: '123.456789',
  positions: [
    { symbol: 'AAPL', quantity: '10', price: '170.5', value: '1705', unrealised: '12.3' },
    { symbol: 'BTC/USD', quantity: '0.123456789', price: '7012.5', value: '865.74', unrealised: '-4.567' },
  ],
  openOrders: [{ symbol: 'MSFT', side: 'buy', quantity: '5', status: 'working' }],
  decisions: [
    { at: AT, symbol: 'AAPL', summary: 'buy 10: the fast average crossed above the slow one' },
    { at: AT - 60_000, symbol: 'MSFT', summary: 'nothing: already long' },
  ],
  filledOrders: 7,
  streams: [
    { name: 'stocks', state: 'live' },
    { name: 'crypto', state: 'live' },
  ],
  reconciled: true,
  equityHistory: [1, 2, 3, 2, 5],
  pid: 4711,
  home: undefined,
  notes: [],
  ...changes,
});
