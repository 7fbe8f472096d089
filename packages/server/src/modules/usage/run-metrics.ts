import type { ToolStep } from '@microapp/contract';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { QuotaAlertNote } from './quota-alert.ts';
import type { RunEnd } from './run-record.ts';

export type RunMetrics = {
  begun(stepKinds: readonly ToolStep['kind'][]): void;
  /** How a run ended, or that it was not admitted. */
  settled(outcome: RunEnd['outcome']['status'] | 'quota_exceeded', durationSeconds?: number): void;
  alerted(alert: Pick<QuotaAlertNote, 'scope' | 'quota' | 'thresholdPercent'>): void;
};

/** From a transform that is done at once to a model that thinks for two minutes. */
const durationBucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/**
 * Counts runs for whoever operates the server. The labels are words of ours: no tenant, app or credential is one, as there
 * is no end to them.
 */
export function createRunMetrics(registry: Registry): RunMetrics {
  const registers = [registry];
  const runs = new Counter({
    name: 'microapp_runs_total',
    help: 'Runs by how they ended, and those that a quota refused.',
    labelNames: ['outcome'],
    registers,
  });
  const steps = new Counter({
    name: 'microapp_run_steps_total',
    help: 'Steps of the runs that began, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const durations = new Histogram({
    name: 'microapp_run_duration_seconds',
    help: 'How long runs took, by how they ended.',
    labelNames: ['outcome'],
    buckets: durationBucketsSeconds,
    registers,
  });
  const alerts = new Counter({
    name: 'microapp_quota_alerts_total',
    help: 'Quotas of which a share was used up, the first time in a day.',
    labelNames: ['scope', 'quota', 'threshold_percent'],
    registers,
  });
  return {
    begun(stepKinds) {
      for (const kind of stepKinds) steps.inc({ kind });
    },
    settled(outcome, durationSeconds) {
      runs.inc({ outcome });
      if (durationSeconds !== undefined) durations.observe({ outcome }, durationSeconds);
    },
    alerted: ({ scope, quota, thresholdPercent }) =>
      alerts.inc({ scope, quota, threshold_percent: String(thresholdPercent) }),
  };
}
