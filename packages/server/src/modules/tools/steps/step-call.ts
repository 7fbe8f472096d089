import type { StepTexts } from '../engine/step-texts.ts';

/** What every step is given beside itself. */
export type StepCall = {
  context: StepTexts;
  /** Whose run it is. */
  ownerId: string;
  runId: string;
  /** Fires when the run is called off. */
  signal: AbortSignal;
  /** Takes a model's text as it comes. */
  onText: (delta: string) => void;
};
