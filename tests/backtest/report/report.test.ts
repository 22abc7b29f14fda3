/** The HTML report: its structure, its bounds, and that nothing from outside becomes markup. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarise } from '#server/backtest/metrics/summarise.ts';
import { FAMILIES } from '#server/backtest/metrics/summary.ts';
import { buckets } from '#server/backtest/report/buckets.ts';
import { jsonData } from '#server/backtest/report/html.ts';
import { scaleOf, valueTicks } from '#server/backtest/report/scale.ts';
import { SCRIPT, SCRIPT_HASH } from '#server/backtest/report/script.ts';
import { madeUpResult } from './made-up.ts';
import { makeReport } from './make-report.ts';
import { byId, byName, elements, parsePage, textOf } from './page.ts';

describe('the page', () => {
  const result = madeUpResult({ bars: 1500 });
  const summary = summarise(result);
  const page = parsePage(makeReport({ bars: 1500 }, { result }));

  test('has its sections in order, each once, and every link leads to one', () => {
    const ids = elements(page).flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(ids).toEqual([
      'equity',
      'drawdown',
      'exposure',
      'months',
      'profits',
      'adversity',
      'rolling',
      'agents',
      'symbols',
      'extremes',
      'metrics',
      'remarks',
      'provenance',
    ]);
    for (const { attributes } of byName(page, 'a')) expect(ids.map((id) => `#${id}`)).toContain(attributes['href']);
  });

  test('says that fills are simulated, before any figure', () => {
    const text = textOf(page);
    expect(text.indexOf('Simulated. Every fill here was made up by a model')).toBeGreaterThan(0);
    expect(text.indexOf('Simulated.')).toBeLessThan(text.indexOf('Total return'));
  });

  test('has every metric that is defined, with its definition on tap', () => {
    const shown = byName(byId(page, 'metrics'), 'details');
    const known = FAMILIES.filter(({ title }) => title !== 'Against the benchmark').flatMap(({ definitions }) =>
      Object.entries(definitions),
    );
    expect(shown.map(({ attributes }) => attributes['data-metric'])).toEqual(known.map(([name]) => name));
    expect(shown.map((one) => textOf(byName(one, 'p')[0]!))).toEqual(known.map(([name, { text }]) => `${text} ${name}`));
    expect(textOf(shown[0]!)).toContain(`${(summary.totalReturn! * 100).toFixed(2)} %`);
  });

  test('has a row for every year and a cell for every month', () => {
    const [head, ...rows] = byName(byId(page, 'months'), 'tr').map((row) => byName(row, 'th').concat(byName(row, 'td')).map(textOf));
    expect(head).toHaveLength(14);
    expect(rows.map(([year]) => year)).toEqual(['2015', '2016', '2017', '2018', '2019', '2020']);
    const compounded = rows.map((row) => row.slice(1, 13).reduce((all, cell) => all * (1 + Number(cell) / 100), 1) - 1);
    for (const [nth, row] of rows.entries()) expect(Number(row[13]) / 100).toBeCloseTo(compounded[nth]!, 3);
    expect(compounded.reduce((all, one) => all * (1 + one), 1) - 1).toBeCloseTo(summary.totalReturn!, 2);
  });

  test('breaks the trades down by agent and by symbol, to the last cent', () => {
    for (const [id, names] of [
      ['agents', ['ma-cross', 'reversal']],
      ['symbols', ['AAPL', 'BTC/USD']],
    ] as const) {
      const [, ...rows] = byName(byId(page, id), 'tr').map((row) => byName(row, 'th').concat(byName(row, 'td')).map(textOf));
      expect(new Set(rows.map(([name]) => name))).toEqual(new Set(names));
      const sum = (column: number) => rows.reduce((all, row) => all + Number(row[column]!.replaceAll(',', '')), 0);
      expect(sum(1)).toBeCloseTo(result.trades.length, 6);
      expect(sum(3)).toBeCloseTo(summary.netProfit!, 1);
    }
  });

  test('tells what was assumed, noted, refused and not filled', () => {
    const lines = byName(byId(page, 'remarks'), 'li').map(textOf);
    expect(lines).toEqual([
      'Market orders fill at the open of the next bar.',
      '2 orders were still working at the end',
      'The rule dailyLoss (limits.maxDailyLoss) refused 3 times, first AAPL: equity fell by 2100 today',
      'One order ended rejected: to buy AAPL (limit): not enough cash',
      'One order ended expired: to buy AAPL (limit)',
    ]);
  });

  test('tells code, seed, data and configuration', () => {
    const text = textOf(byId(page, 'provenance'));
    for (const part of ['20260101-101500-ma-cross', '0.1.0, commit 0123abc', 'sha256 e3b0c442', '1500 bars of AAPL.csv.gz', '"fast": 10'])
      expect(text).toContain(part);
  });

  test('names every picture and table for who can not see them, and lets tables be scrolled by keyboard', () => {
    for (const svg of byName(page, 'svg')) expect(svg.attributes).toMatchObject({ role: 'img', 'aria-label': expect.stringMatching(/\d/) });
    for (const { attributes } of elements(page).filter((one) => one.attributes['class'] === 'scroll')) {
      expect(attributes).toMatchObject({ role: 'region', tabindex: '0', 'aria-label': expect.any(String) });
    }
    expect(page.children.find((one) => typeof one !== 'string')).toMatchObject({ name: 'html', attributes: { lang: 'en' } });
    expect(byName(page, 'meta').map(({ attributes }) => attributes['name'])).toContain('viewport');
  });
});

describe('nothing from outside', () => {
  test('is fetched: no address in any attribute or style, and a policy that lets nothing but our script run', () => {
    const text = makeReport({ bars: 300 });
    const page = parsePage(text);
    for (const { attributes } of elements(page)) {
      expect(Object.keys(attributes).filter((name) => /^on|^src|^srcset$|^action$|^xlink/.test(name))).toEqual([]);
      for (const value of Object.values(attributes)) expect(value).not.toMatch(/^\s*(?:https?:|\/\/|javascript:|file:)/i);
    }
    expect(text).not.toMatch(/@import|url\(/i);
    expect(createHash('sha256').update(SCRIPT).digest('base64')).toBe(SCRIPT_HASH);
    const policy = byName(page, 'meta').find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')!;
    expect(policy.attributes['content']).toContain(`default-src 'none'`);
    expect(policy.attributes['content']).toContain(`script-src 'sha256-${SCRIPT_HASH}';`);
  });

  const HOSTILE = [
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title></style><svg onload=alert(1)>',
    '&lt;b&gt;',
    '<!--',
    ']]>',
    'a\u202Eb\u0000c',
    '`;alert(1)//',
  ] as const;

  test.each(HOSTILE)('becomes markup: %j', (text) => {
    const page = parsePage(
      makeReport(
        { bars: 200, symbols: [text], deployments: [text], reason: text },
        {
          title: text,
          assumed: [text],
          agents: new Map([[text, text]]),
          provenance: {
            run: text,
            begunAt: text,
            code: text,
            seed: text,
            data: [{ symbol: text, file: text, sha256: text, bars: 1 }],
            config: { [text]: text },
          },
        },
      ),
    );
    const shown = ['\u202E', '\u0000'].reduce((all, steering) => all.replaceAll(steering, '\uFFFD'), text as string);
    expect(textOf(byName(page, 'h1')[0]!)).toBe(shown);
    expect(textOf(byName(page, 'title')[0]!)).toBe(`Backtest: ${shown}`);
    for (const id of ['agents', 'symbols']) expect(textOf(byName(byId(page, id), 'th').at(-1)!)).toBe(shown);
    expect(byName(byId(page, 'remarks'), 'li').map(textOf)).toContain(shown);
    expect(textOf(byName(byId(page, 'provenance'), 'pre')[0]!)).toContain(JSON.stringify(text).replaceAll('\u202E', '\uFFFD'));
    expect([
      byName(page, 'img'),
      elements(page).filter(({ attributes }) => Object.keys(attributes).some((name) => name.startsWith('on'))),
    ]).toEqual([[], []]);
    const scripts = byName(page, 'script');
    expect(scripts.filter(({ attributes }) => attributes['type'] !== 'application/json').map(({ children }) => children[0])).toEqual([
      SCRIPT,
    ]);
  });

  test('ends a script of data', () => {
    expect(jsonData('</script><!--').markup).toBe('"\\u003c/script>\\u003c!--"');
  });

  test('makes the page long: names, remarks and configurations are cut, and it is said', () => {
    const many = Array.from({ length: 5_000 }, (_, nth) => `${nth}${'x'.repeat(500)}`);
    const result = madeUpResult({ bars: 30_000, every: 3, symbols: many.slice(0, 2_000) });
    const text = makeReport(
      { bars: 1 },
      {
        result: { ...result, remarks: many },
        provenance: {
          run: '',
          begunAt: '',
          code: '',
          seed: '',
          data: many.map((symbol) => ({ symbol: symbol.slice(0, 9), file: 'f', sha256: 'h', bars: 1 })),
          config: { many },
        },
      },
    );
    expect(text.length).toBeLessThan(2_000_000);
    for (const said of ['… and 4940 more', '… and 4800 more', '1941 more', 'cut off here; all of it is in the run’s config.json'])
      expect(text).toContain(said);
  });
});

describe('a long run', () => {
  test('a million bars and their trades are less than two megabytes', () => {
    const page = makeReport({ bars: 1_000_000, every: 20, byMinute: true });
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    expect(byName(parsePage(page), 'figure')).toHaveLength(6);
  });

  test('keeps its spikes: one bad minute among a hundred thousand reaches the bottom of the picture', () => {
    const result = madeUpResult({ bars: 100_000, byMinute: true });
    result.curve.equity[54_321] = 10;
    const page = parsePage(makeReport({ bars: 1 }, { result }));
    const line = byName(byId(page, 'equity'), 'path').find(({ attributes }) => attributes['class'] === 'line')!.attributes['d']!;
    const lowest = Math.max(...[...line.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y)));
    // Four percent of room below.
    expect(lowest).toBeGreaterThan(380);
  });

  test('buckets keep the least, the most and the last of every part', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }), weight: 9 }, fc.constant(Number.NaN)), {
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 50 }),
        (values, most) => {
          const made = buckets(values, most);
          const there = values.filter((value) => !Number.isNaN(value));
          expect(made.length).toBeLessThanOrEqual(most);
          expect(Math.min(...made.map(({ low }) => low))).toBe(Math.min(...there));
          expect(Math.max(...made.map(({ high }) => high))).toBe(Math.max(...there));
          expect(made.at(-1)?.last).toBe(there.at(-1));
          for (const { from, to, low, high, isLowFirst } of made) {
            const part = values.slice(from, to + 1);
            expect(isLowFirst).toBe(part.indexOf(low) <= part.indexOf(high));
          }
        },
      ),
    );
  });
});

describe('little to show', () => {
  test.each([
    ['no trades', madeUpResult({ bars: 10, every: 100 })],
    ['one bar', madeUpResult({ bars: 1 })],
    ['a flat curve', madeUpResult({ bars: 30, every: 1_000_000 })],
  ])('%s: a whole page all the same', (_, result) => {
    const page = parsePage(makeReport({ bars: 1 }, { result }));
    expect(textOf(byId(page, 'metrics'))).toContain('–');
    expect(elements(page).some(({ attributes }) => /NaN|Infinity|undefined/.test(JSON.stringify(attributes)))).toBe(false);
    expect(textOf(page)).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('a curve that lost more than all', () => {
    const result = madeUpResult({ bars: 400 });
    result.curve.equity.fill(-5, 300);
    const page = parsePage(makeReport({ bars: 1 }, { result }));
    expect(textOf(byId(page, 'remarks'))).toContain('equity is zero or less at');
    expect(textOf(page)).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('ticks are round, in order, and within the scale', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true }), (low, height) => {
        const ticks = valueTicks(scaleOf(low, low + height), 'dollars');
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThanOrEqual(15);
        for (const [nth, { value, at }] of ticks.entries()) {
          expect(at).toBeGreaterThanOrEqual(-1e-6);
          expect(at).toBeLessThanOrEqual(1 + 1e-6);
          if (nth > 0) expect(value).toBeGreaterThan(ticks[nth - 1]!.value);
        }
      }),
    );
    expect(valueTicks({ low: 0, high: 100_000 }, 'dollars').map(({ text }) => text)).toEqual([
      '0',
      '20 k',
      '40 k',
      '60 k',
      '80 k',
      '100 k',
    ]);
    expect(valueTicks({ low: -0.12, high: 0 }, 'fraction').map(({ text }) => text)).toEqual(['-10 %', '-5 %', '0 %']);
    expect(valueTicks({ low: 1e6, high: 2.5e6 }, 'dollars').map(({ text }) => text)).toEqual(['1,000 k', '1,500 k', '2,000 k', '2,500 k']);
  });
});
