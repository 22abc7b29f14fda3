/** The live view's picture: fits every terminal, shows what matters, hides nothing behind a broken number. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instant } from '#server/domain/time.ts';
import { dollars, gain, percent, sparkline } from '#server/view/figures.ts';
import type { ViewModel } from '#server/view/model.ts';
import { renderView } from '#server/view/render.ts';
import { viewModel } from './model.ts';

const USUAL = { columns: 80, rows: 24 };
const plain = (changes: Partial<ViewModel> = {}, size = USUAL): string[] => renderView(viewModel(changes), size, false);
const text = (changes: Partial<ViewModel> = {}, size = USUAL): string => plain(changes, size).join('\n');
const STYLES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

const positions = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ symbol: `SYM${at}`, quantity: '1', price: '1', value: '1', unrealised: '0' }));
const decisions = (count: number, summary = 'because') =>
  Array.from({ length: count }, (_, at) => ({ at: 1e12 - at, symbol: 'AAPL', summary }));

describe('on 80 × 24', () => {
  test('an ordinary minute', () => {
    expect(plain()).toEqual([
      'InsydeTradar  demo ×60  2019-02-12 15:31 UTC  pid 4711',
      'Equity 100,123.46  today +123.46 +0.12%  ▁▃▅▃█',
      'Cash 50,000.00  filled 7  books agree with the broker',
      '',
      'Positions 2',
      'symbol           quantity         price           value     unrealised',
      'AAPL                   10        170.50        1,705.00         +12.30',
      'BTC/USD       0.123456789      7,012.50          865.74          -4.57',
      '',
      'Open orders 1',
      'symbol     side         quantity status',
      'MSFT       buy                 5 working',
      '',
      'Last decisions',
      '15:31 AAPL buy 10: the fast average crossed above the slow one',
      '15:30 MSFT nothing: already long',
      '',
      'stop: npx tradar kill  cancels all orders',
      'flat: npx tradar kill --level flatten  and closes all positions',
      'dead: npx tradar kill --direct  without the daemon; or kill -USR2 4711',
    ]);
  });

  test('the kill switch is the first line, loud, with its reason and the way back', () => {
    const changes = { killLevel: 'cancelAll', killReason: 'daily loss 2,001 over 2,000', latchId: 917 } as const;
    const [first] = plain(changes);
    expect(first).toBe(' KILL SWITCH: cancelAll (latch 917)  daily loss 2,001 over 2,000');
    expect(renderView(viewModel(changes), USUAL, true)[0]).toContain('\x1b[1;97;41m');
    expect(text(changes)).toContain('back: npx tradar kill --release --latch 917 --note "why" --phrase "..."');
    expect(text()).not.toContain('KILL SWITCH');
  });

  test('another home is named in the commands, so that they can be copied', () => {
    expect(text({ home: '/srv/b' })).toContain('stop: TRADAR_HOME=/srv/b npx tradar kill ');
    expect(text({ home: "/srv/it's b" })).toContain("TRADAR_HOME='/srv/it'\\''s b' npx tradar kill");
  });

  test('what is wrong is said: streams that are lost, books not compared', () => {
    const shown = text({ reconciled: false, streams: [{ name: 'crypto', state: 'lost' }] });
    expect(shown).toContain('books not compared with the broker yet  lost: crypto');
  });

  test('a long reason is cut, and what could move the cursor is taken out', () => {
    const shown = plain({ decisions: decisions(1, `\x1b[2Jone\r\ntwo\t\u{1f600}漢字 ${'long '.repeat(50)}`) });
    const line = shown.find((one) => one.includes('one'));
    expect(line).toMatch(/AAPL {2}\[2Jone two \?\?\? long/);
    expect(line).toHaveLength(80);
    expect(line?.endsWith('…')).toBe(true);
  });

  test('outside the session it says that stocks are closed and when they open, within 80 columns', () => {
    const at = Date.UTC(2019, 1, 15, 2, 31);
    const closed = (nextOpen: number) => plain({ speed: 240, marketTime: at, stocks: { isOpen: false, nextOpen: nextOpen as Instant } })[0];
    expect(closed(Date.UTC(2019, 1, 15, 14, 30))).toBe('InsydeTradar  demo ×240  2019-02-15 02:31 UTC  stocks closed, open at 14:30 UTC');
    expect(closed(Date.UTC(2019, 1, 18, 14, 30))).toContain('stocks closed, open Mon 14:30 UTC');
    expect(text({ stocks: { isOpen: true, nextOpen: undefined } })).not.toContain('stocks closed');
    expect(text({ stocks: { isOpen: false, nextOpen: undefined } })).toContain('stocks closed  pid');
  });

  test('a list that is cut says how much of it is not shown', () => {
    const shown = plain({ positions: positions(50), decisions: decisions(50), notes: ['a note'] });
    expect(shown).toHaveLength(24);
    const kept = shown.filter((line) => line.startsWith('SYM')).length;
    expect(shown).toContain(`${50 - kept} more`);
    expect(shown.filter((line) => / more$/.test(line))).toHaveLength(2);
    expect(text()).not.toContain(' more');
  });

  test('notes without a word in them take no line, and others no title', () => {
    expect(plain({ notes: ['', ' '] })).toEqual(plain({ notes: [] }));
    expect(plain({ notes: ['log: x'] }).slice(-6, -3)).toEqual(['', 'log: x', '']);
  });

  test('many of everything: each section keeps a share, and the commands stay', () => {
    const shown = plain({ positions: positions(50), decisions: decisions(50) });
    expect(shown).toHaveLength(24);
    expect(shown).toContain('Positions 50');
    expect(shown.filter((line) => line.startsWith('SYM')).length).toBeGreaterThanOrEqual(3);
    expect(shown.filter((line) => line.includes('because')).length).toBeGreaterThanOrEqual(3);
    expect(shown.at(-3)).toContain('npx tradar kill');
  });
});

describe('on any terminal', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }));
  const anyDecimal = fc.oneof(
    fc.integer().map(String),
    fc.constantFrom('NaN', '', 'Infinity', '-0', '1e9', '0.000000001', '-123456789012345.5'),
  );
  const anyModel: fc.Arbitrary<Partial<ViewModel>> = fc.record({
    marketTime: fc.constantFrom(undefined, 0, Number.NaN, -1, 1e12, 1e300),
    killLevel: fc.constantFrom('armed', 'halt', 'flatten'),
    killReason: anyText,
    equity: anyDecimal,
    dayProfitLoss: fc.option(anyDecimal, { nil: undefined }),
    positions: fc.array(
      fc.record({
        symbol: anyText,
        quantity: anyDecimal,
        price: fc.option(anyDecimal, { nil: undefined }),
        value: anyDecimal,
        unrealised: anyDecimal,
      }),
    ),
    decisions: fc.array(fc.record({ at: fc.double(), symbol: anyText, summary: anyText })),
    equityHistory: fc.array(fc.double()),
    notes: fc.array(anyText),
  });

  test('never wider or longer than it, never a broken number, nothing that moves the cursor', () => {
    fc.assert(
      fc.property(anyModel, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 }), (changes, columns, rows) => {
        const lines = renderView(viewModel(changes), { columns, rows }, true).map((line) => line.replace(STYLES, ''));
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) {
          expect(line.length).toBeLessThanOrEqual(columns);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
          expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('no number is ever shown as NaN, Infinity or undefined', () => {
    const broken = {
      equity: 'NaN',
      cash: '',
      dayProfitLoss: undefined,
      marketTime: Number.NaN,
      equityHistory: [Number.NaN, Number.POSITIVE_INFINITY],
    };
    expect(text(broken)).not.toMatch(/NaN|Infinity|undefined|null|Invalid/);
  });

  test.each([
    [120, 40],
    [60, 20],
    [40, 12],
    [20, 6],
    [10, 3],
  ])('%i × %i keeps the kill switch in sight', (columns, rows) => {
    const shown = plain({ killLevel: 'flatten', latchId: 3 }, { columns, rows });
    expect(shown[0]).toContain('KILL');
    expect(plain({}, { columns, rows }).some((line) => line.startsWith('stop: np'.slice(0, columns)))).toBe(true);
  });

  test('a narrow one leaves out price and value first', () => {
    const titles = plain({}, { columns: 42, rows: 24 }).find((line) => line.startsWith('symbol'));
    expect(titles?.split(/\s+/)).toEqual(['symbol', 'quantity', 'unrealised']);
  });
});

describe('figures', () => {
  test.each([
    ['0', '0.00'],
    ['1234567.005', '1,234,567.01'],
    ['-0.004', '0.00'],
    ['-0.005', '-0.01'],
    ['-1234.5', '-1,234.50'],
    ['999', '999.00'],
    ['nonsense', '–'],
    [undefined, '–'],
  ])('dollars of %s are %s', (decimal, shown) => {
    expect(dollars(decimal)).toBe(shown);
  });

  test('a gain has its sign', () => {
    expect([gain('1'), gain('-1'), gain('0'), gain(undefined)]).toEqual(['+1.00', '-1.00', '0.00', '–']);
  });

  test('the percentage is of what there was before the change', () => {
    expect(percent('10', '110')).toBe('+10.00%');
    expect(percent('-10', '90')).toBe('-10.00%');
    expect(percent('10', '10')).toBe('');
    expect(percent(undefined, '10')).toBe('');
  });

  test('the curve keeps the newest, the ends and the shape', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 2)).toBe('▁█');
    expect(sparkline([5, 5, 5], 10)).toBe('▄▄▄');
    expect(sparkline([Number.NaN, 1, Number.POSITIVE_INFINITY], 10)).toBe('▄');
    expect(sparkline([], 10)).toBe('');
  });
});
