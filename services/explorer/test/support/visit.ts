import type { BrowserContext, Page } from 'playwright-core';

/** A page, with everything that it did and should not have done. */
export interface Visit {
  readonly page: Page;
  /** Console errors and warnings, exceptions, dialogs; violations of the policy are console errors. */
  readonly complaints: string[];
  /** Requests to anywhere but the page's origin. */
  readonly strayed: string[];
}

export async function visit(context: BrowserContext, origin: string, path: string): Promise<Visit> {
  const page = await context.newPage();
  const complaints: string[] = [];
  const strayed: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) strayed.push(request.url());
  });
  await page.goto(origin + path);
  return { page, complaints, strayed };
}
