export { createToolEngine, type ToolEngine } from './engine/engine.ts';
export { exampleTools } from './examples/example-tools.ts';
export { shippingQuote } from './examples/shipping-quote.ts';
export { readLiveTools } from './read-tool.ts';
export { toolRoutes } from './routes.ts';
export { createRunWindow } from './run-window.ts';
export { createHttpSteps } from './steps/http-step.ts';
export { createLlmSteps } from './steps/llm-step.ts';
export { createToolKind } from './tool-kind.ts';
