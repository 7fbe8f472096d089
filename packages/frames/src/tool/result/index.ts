export { PastRuns } from './past-runs-view.tsx';
export { ResultView } from './result-view.tsx';
