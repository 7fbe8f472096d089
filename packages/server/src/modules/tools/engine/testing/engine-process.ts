import { contextWith, failureOf, functionStep, startEngine } from './start-engine.ts';

/** A server as far as the engine is concerned: runs the code that it is sent, and tells the result or why there is none. */
const engine = startEngine();

process.on('message', (code: string) => {
  const work = engine.runStep(functionStep(code), contextWith());
  void work.then(
    (result) => process.send?.({ result }),
    async () => process.send?.({ kind: (await failureOf(work)).kind }),
  );
});
