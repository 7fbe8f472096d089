import type { FrameLocator, Locator, Page } from 'playwright-core';

/** A widget on a page, as a visitor gets at it. */
export type Widget = { root: Locator; launcher: Locator; dialog: Locator; iframe: Locator; frame: FrameLocator };

export function widgetOn(page: Page, mode: 'floating' | 'inline' | 'modal' = 'floating'): Widget {
  const root = page.locator(`microapp-${mode}`);
  return {
    root,
    launcher: root.locator('button[aria-expanded]'),
    dialog: root.getByRole('dialog'),
    iframe: root.locator('iframe'),
    frame: root.frameLocator('iframe'),
  };
}

export type Loan = { principal: string; rate: string; years: string };

/** The loan whose monthly payment is 1199.10. */
export const knownLoan: Loan = { principal: '200000', rate: '6', years: '30' };

/** Fills in the loan calculator and presses Run. */
export async function runLoan(frame: FrameLocator, loan: Loan = knownLoan): Promise<void> {
  await frame.getByLabel('Loan amount').fill(loan.principal);
  await frame.getByLabel('Interest rate per year (%)').fill(loan.rate);
  await frame.getByLabel('Term in years').fill(loan.years);
  await runButton(frame).click();
}

export function runButton(frame: FrameLocator): Locator {
  return frame.getByRole('button', { name: /^Run/ });
}

/** Waits until the result shows this payment. */
export async function seePayment(frame: FrameLocator, payment = '1,199.10'): Promise<void> {
  await frame.getByText(payment, { exact: true }).waitFor();
}

/** Waits until something is there to be seen. */
export async function see(locator: Locator): Promise<void> {
  await locator.waitFor();
}
