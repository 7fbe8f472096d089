// What is needed once somebody has pressed Run: a file of its own, which comes while the form is being filled in.
import css from './after-run.css?inline';
import { adoptStyles } from '../ui/appearance.ts';

export { ResultView } from './result/result-view.tsx';
export { PastRuns } from './run/past-runs-view.tsx';
export { ProgressView } from './run/progress-view.tsx';

adoptStyles(document, css);
