// What is needed once somebody has pressed Run: a file of its own, which comes while the form is being filled in. What draws
// lists is in it too: in another file it would take what both need out of the first one, and make that two requests.
import css from './after-run.css?inline';
import { adoptStyles } from '../ui/appearance.ts';

export { ListField } from './fields/list-field.tsx';
export { ResultView } from './result/result-view.tsx';
export { PastRuns } from './run/past-runs-view.tsx';
export { ProgressView } from './run/progress-view.tsx';

adoptStyles(document, css);
