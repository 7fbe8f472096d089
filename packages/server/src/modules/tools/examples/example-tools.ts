import { csvColumnStatistics } from './csv-column-statistics.ts';
import { loanCalculator } from './loan-calculator.ts';
import { productDescription } from './product-description.ts';
import { shippingQuote } from './shipping-quote.ts';

/** Live after the first start. One more comes with the demo, whose endpoint it calls. */
export const exampleTools = [loanCalculator, csvColumnStatistics, productDescription] as const;

/** What others begin from: one for each kind of step. The endpoint of the third is a placeholder for one's own. */
export const templates = [
  loanCalculator,
  csvColumnStatistics,
  shippingQuote('https://api.example.com/shipping-rates'),
  productDescription,
] as const;
