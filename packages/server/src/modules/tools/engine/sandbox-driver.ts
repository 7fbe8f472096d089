/**
 * JavaScript that runs inside the sandbox before the tool's code: it stops the clock, and keeps the built-ins it needs
 * for itself, so that nothing the tool's code changes can change the verdict on it.
 *
 * Called with the run's time, the context as JSON and the most characters the result may have, it answers
 * `{ run, fail, outcome }`. `run(fn)` calls the tool's function, `fail(error)` puts what was thrown into words of bounded
 * length, and `outcome` then says how it went: `state` is `pending`, `done` (`text` is the result as JSON), `too-large`,
 * or `threw` (`name` and `text` say what).
 */
export const sandboxDriverSource = `
(function (nowMs, contextText, outputCharsMax) {
  'use strict';
  const { parse, stringify } = JSON;
  const { construct } = Reflect;
  const { isFinite } = Number;
  const text = String;
  const cut = Function.prototype.call.bind(String.prototype.slice);
  const RealDate = Date;

  function StoppedDate(...parts) {
    if (new.target === undefined) return new RealDate(nowMs).toString();
    return construct(RealDate, parts.length === 0 ? [nowMs] : parts, new.target);
  }
  Object.defineProperties(StoppedDate, {
    name: { value: 'Date' },
    length: { value: 7 },
    prototype: { value: RealDate.prototype, writable: false },
    now: { value: () => nowMs, writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  });
  Object.defineProperty(RealDate.prototype, 'constructor', { value: StoppedDate, writable: true, configurable: true });
  Object.defineProperty(globalThis, 'Date', { value: StoppedDate, writable: true, configurable: true });

  const outcome = { state: 'pending', name: '', text: '' };

  class NotJson extends Error {}

  function refuseWhatIsNotJson(key, value) {
    const found = nameOfNotJson(value);
    if (found === undefined) return value;
    throw new NotJson('The result is not JSON: ' + (key === '' ? 'it' : '"' + key + '"') + ' is ' + found + '.');
  }

  function nameOfNotJson(value) {
    switch (typeof value) {
      case 'function': return 'a function';
      case 'symbol': return 'a symbol';
      case 'bigint': return 'a big integer';
      case 'number': return isFinite(value) ? undefined : text(value);
      case 'object': return value instanceof Map || value instanceof Set ? 'a map or a set' : undefined;
    }
  }

  function toJson(value) {
    try {
      return stringify(value === undefined ? null : value, refuseWhatIsNotJson);
    } catch (error) {
      if (error instanceof TypeError && error.message === 'circular reference') {
        throw new NotJson('The result is not JSON: it contains itself.');
      }
      throw error;
    }
  }

  function settle(value) {
    const json = toJson(value);
    // What toJSON turned into nothing is nothing.
    outcome.text = json === undefined ? 'null' : json;
    outcome.state = 'done';
    // Said in here, so that a result of sixty megabytes is not copied out first.
    if (outcome.text.length > outputCharsMax) {
      outcome.text = '';
      outcome.state = 'too-large';
    }
  }

  function describe(error) {
    if (error instanceof NotJson) return ['', error.message];
    if (typeof error !== 'object' || error === null) return ['', 'It threw ' + cut(text(error), 0, 500)];
    const where = cut(text(error.stack), 0, 500);
    return [cut(text(error.name), 0, 100), cut(text(error.message), 0, 1000) + '\\n' + where];
  }

  function fail(error) {
    outcome.state = 'threw';
    try {
      [outcome.name, outcome.text] = describe(error);
    } catch {
      outcome.text = 'It threw something that cannot be put into words.';
    }
  }

  async function run(fn) {
    try {
      if (typeof fn !== 'function') throw new NotJson('The code has no default export that is a function.');
      settle(await fn(parse(contextText)));
    } catch (error) {
      fail(error);
    }
  }

  return { run, fail, outcome };
})
`;
