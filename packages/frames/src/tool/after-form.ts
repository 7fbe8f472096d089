// What is needed once the form stands: a file of its own, which comes while the form is being read and filled in. What
// draws lists is in it too: in another file it would take what both need out of the first one, and make that two requests.
import css from './after-form.css?inline';
import { adoptStyles } from '../ui/appearance.ts';

export { fieldMessages } from './fields/field-messages.ts';
export { objectInFormat } from './fields/in-format.ts';
export { ListField } from './fields/list-field.tsx';
export { ProblemSummary } from './fields/problem-summary.tsx';
export { readInputs } from './fields/read-inputs.ts';
export { placedIssues } from './fields/server-issues.ts';
export { Outcome } from './run/outcome.tsx';
export { FailureNotice } from '../ui/failure-notice.tsx';
export { en } from '../ui/texts/en.ts';

adoptStyles(document, css);
