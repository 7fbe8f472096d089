import { loanCalculator } from './examples/loan-calculator.ts';

export { createToolEngine, type ToolEngine } from './engine/engine.ts';
export { readLiveTools } from './read-tool.ts';
export { toolRoutes } from './routes.ts';
export { createRunWindow } from './run-window.ts';
export { createHttpSteps } from './steps/http-step.ts';
export { createLlmSteps } from './steps/llm-step.ts';

/** Live after the first start. */
export const exampleTools = [loanCalculator] as const;
