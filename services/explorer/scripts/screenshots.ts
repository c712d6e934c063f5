import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, openBrowser } from './chromium.ts';
import { places } from './places.ts';

/**
 * Pictures of every page for the documentation, of a stack that runs:
 * `npm run screenshots -w services/explorer [-- ORIGIN]`.
 */
const origin = process.argv[2] ?? 'http://127.0.0.1:4000';
const folder = fileURLToPath(new URL('../../../docs/explorer', import.meta.url));
/** What a page asks for, and its verification, are there by then. */
const SETTLED_MS = 2_500;

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('there is no Chromium on the PATH');
mkdirSync(folder, { recursive: true });
for (const colorScheme of ['light', 'dark'] as const) {
  const browser = await openBrowser(executablePath, {
    viewport: { width: 1280, height: 800 },
    colorScheme,
  });
  const all = Object.entries(await places(origin));
  for (const [name, path] of colorScheme === 'dark' ? all.slice(0, 1) : all) {
    const page = await browser.context.newPage();
    await page.goto(origin + path);
    await page.waitForTimeout(SETTLED_MS);
    const file = `${name}${colorScheme === 'dark' ? '-dark' : ''}.png`;
    await page.screenshot({ path: join(folder, file) });
    console.log(file);
    await page.close();
  }
  await browser.close();
}
