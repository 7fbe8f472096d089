import type { RunStep } from './run-tool.ts';

export type StepProgress = { name: string; isDone: boolean };

/** How far a run has come. `total` steps there will be; 0 while nothing is known of them. */
export type Progress = { steps: readonly StepProgress[]; total: number; text: string };

export const noProgress: Progress = { steps: [], total: 0, text: '' };

/** Text beyond this is not drawn while it comes; the result has it all. */
const textCharsMax = 50_000;

/** The progress after one more event. */
export function progressAfter(progress: Progress, event: RunStep): Progress {
  switch (event.type) {
    case 'step_start':
      // Of two steps that write, the visitor reads the one that writes now.
      return {
        steps: [...progress.steps, { name: event.step, isDone: false }],
        total: event.total,
        text: '',
      };
    case 'text_delta':
      return { ...progress, text: (progress.text + event.text).slice(0, textCharsMax) };
    case 'step_complete':
      return {
        ...progress,
        steps: progress.steps.map((step) => (step.name === event.step ? { ...step, isDone: true } : step)),
      };
  }
}

/**
 * What a screen reader is told next of a text that grows: whole sentences or lines that it has not heard yet, up to the
 * last one that is complete. `''` while there is none: half sentences, word by word, nobody can follow.
 */
export function nextSaying(text: string, saidChars: number): string {
  const unsaid = text.slice(saidChars);
  const end = /^[\s\S]*(?:[.!?…。！？؟](?=\s)|\n)/.exec(unsaid)?.[0] ?? '';
  return end;
}
