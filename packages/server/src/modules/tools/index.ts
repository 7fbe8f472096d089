import { csvColumnStatistics } from './examples/csv-column-statistics.ts';
import { loanCalculator } from './examples/loan-calculator.ts';
import { productDescription } from './examples/product-description.ts';

export { shippingQuote } from './examples/shipping-quote.ts';
export { createToolEngine, type ToolEngine } from './engine/engine.ts';
export { readLiveTools } from './read-tool.ts';
export { toolRoutes } from './routes.ts';
export { createRunWindow } from './run-window.ts';
export { createHttpSteps } from './steps/http-step.ts';
export { createLlmSteps } from './steps/llm-step.ts';
export { createToolKind } from './tool-kind.ts';

/** Live after the first start. */
export const exampleTools = [loanCalculator, csvColumnStatistics, productDescription] as const;
