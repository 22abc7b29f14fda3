/** The report in a real browser at the size of a phone: it fits, it answers to the keyboard, and it asks for nothing. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '#tests/config/folder.ts';
import { chromium, openPage } from './chromium.ts';
import { makeReport } from './make-report.ts';

if (chromium === undefined) console.warn('there is no Chromium on this machine: the report is NOT looked at in a browser');

test.skipIf(chromium === undefined)('on a phone', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  const file = `${folder.path}/report.html`;
  writeFileSync(file, makeReport({ bars: 900, symbols: ['A'.repeat(200), '"><script>alert(1)</script>'] }));
  await using page = await openPage(pathToFileURL(file).href, 360, 800);
  expect(await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')).toEqual([360, 360]);
  expect(
    await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith('data:'))"),
  ).toEqual([]);
  expect(await page.evaluate("getComputedStyle(document.querySelector('#equity .line')).strokeWidth")).toBe('1.5px');

  const key = async (name: string): Promise<unknown> => {
    await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key: name, code: name });
    return page.evaluate("document.querySelector('#equity output').textContent");
  };
  await page.evaluate("document.querySelector('#equity .plot').focus()");
  const last = await page.evaluate("document.querySelector('#equity output').textContent");
  expect(last).toMatch(/^20\d\d-\d\d-\d\d 00:00 UTC: [\d,.]+/);
  expect(await key('Home')).toMatch(/^2015-01-0[56] 00:00 UTC: 1\d\d,\d{3}/);
  expect(await key('ArrowRight')).not.toBe(await key('ArrowRight'));
  expect(await key('End')).toBe(last);
  expect(await page.evaluate("document.querySelector('#equity .plot').getAttribute('aria-valuetext')")).toBe(last);

  await page.evaluate("document.querySelector('[data-metric=sharpe] summary').focus()");
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  expect(await page.evaluate("document.querySelector('[data-metric=sharpe]').open")).toBe(true);
  expect(page.complaints).toEqual([]);
});
