/**
 * The English texts without which no form can stand: they are part of the frame's first script, and whatever is drawn by
 * it may use no others. The rest of English is in en.ts.
 */
export const enFirst = {
  connecting: 'Loading',
  'try-again': 'Try again',
  apps: 'Tools',
  'alone.title': 'Nothing to see by itself',
  'alone.advice': 'This page is a part of another website and works there.',
  run: 'Run',
  'run-again': 'Run again',
  running: 'Running',
  'result.before': 'Fill in the fields and press Run. The result appears here.',
  choose: 'Choose',
  'required-legend': 'Fields with * are required.',
  'not-specified': 'Not specified',
  entry: 'Entry {number}',
  'json-hint': 'As JSON.',
  'time-zone': 'Time zone: {zone}.',
  'failure.offline': 'You are offline',
  'failure.offline.advice': 'Check the connection and try again. What you entered is kept.',
  'failure.unreachable': 'The server does not answer',
  'failure.unreachable.advice': 'Try again in a moment. What you entered is kept.',
} as const;
