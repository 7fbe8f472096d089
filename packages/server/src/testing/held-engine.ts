import type { StepContext } from '@microapp/contract';
import { printContext } from '../modules/tools/engine/step-texts.ts';
import { StepFailure } from '../modules/tools/engine/step-failure.ts';
import type { ToolEngine } from '../modules/tools/index.ts';
import { printJson, type PrintedJson } from '../platform/json/index.ts';

/** A step under way. */
export type HeldStep = {
  name: string;
  context: StepContext;
  finish: (result: unknown) => void;
  fail: (failure: StepFailure) => void;
  /** Resolves when the engine was told that nobody waits for it any more. */
  calledOff: Promise<void>;
};

export type HeldEngine = ToolEngine & {
  /** The next step that begins, or that began already and was not asked for yet. */
  nextStep: () => Promise<HeldStep>;
  /** How many steps have begun. */
  begun: () => number;
};

/** An engine whose steps take exactly as long as a test likes. It takes every spec and all inputs. */
export function createHeldEngine(): HeldEngine {
  const arrived: HeldStep[] = [];
  const asked: ((step: HeldStep) => void)[] = [];
  let begun = 0;

  function arrive(step: HeldStep): void {
    begun += 1;
    const next = asked.shift();
    if (next === undefined) arrived.push(step);
    else next(step);
  }

  return {
    check: () => Promise.resolve([]),
    validateInputs: () => Promise.resolve([]),
    evaluate: (expressions) => Promise.resolve(expressions.map(() => printJson(null))),
    reprint: (text) => Promise.resolve(printJson(JSON.parse(text))),
    runStep({ name }, texts, { signal } = {}) {
      const { promise, resolve, reject: fail } = Promise.withResolvers<PrintedJson>();
      const finish = (result: unknown): void => resolve(Promise.resolve(result).then(printJson));
      const context = JSON.parse(printContext(texts)) as StepContext; // which it is the text of
      const calledOff = Promise.withResolvers<void>();
      signal?.addEventListener('abort', () => {
        fail(new StepFailure({ kind: 'aborted' }));
        calledOff.resolve();
      });
      arrive({ name, context, finish, fail, calledOff: calledOff.promise });
      return promise;
    },
    close: () => Promise.resolve(),
    nextStep() {
      const { promise, resolve } = Promise.withResolvers<HeldStep>();
      const step = arrived.shift();
      if (step === undefined) asked.push(resolve);
      else resolve(step);
      return promise;
    },
    begun: () => begun,
  };
}
