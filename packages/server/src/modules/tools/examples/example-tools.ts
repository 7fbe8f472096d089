import { csvColumnStatistics } from './csv-column-statistics.ts';
import { loanCalculator } from './loan-calculator.ts';
import { productDescription } from './product-description.ts';

/** Live after the first start. One more comes with the demo, whose endpoint it calls. */
export const exampleTools = [loanCalculator, csvColumnStatistics, productDescription] as const;
