import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { contextWith, startEngine } from '../engine/testing/start-engine.ts';
import { loanCalculator } from './loan-calculator.ts';

const engine = startEngine();
afterAll(() => engine.close());

type Loan = { principal: number; annualRatePercent: number; years: number };
type Schedule = {
  payment: number;
  totalInterest: number;
  yearly: { year: number; interest: number; principal: number; balance: number }[];
};

async function scheduleOf(loan: Loan): Promise<Schedule> {
  const [step] = loanCalculator.spec.steps;
  if (step?.kind !== 'transform') throw new Error('The loan calculator has no transform.');
  return (await engine.runStep(step, contextWith(loan))) as Schedule;
}

/** In cents, so that sums are exact. */
function sumOf(schedule: Schedule, column: 'interest' | 'principal'): number {
  return schedule.yearly.reduce((sum, row) => sum + Math.round(row[column] * 100), 0);
}

describe('the loan calculator', () => {
  test('200,000 at 6 % over 30 years costs 1,199.10 a month and 231,676.38 of interest', async () => {
    const { payment, totalInterest, yearly } = await scheduleOf({
      principal: 200_000,
      annualRatePercent: 6,
      years: 30,
    });
    expect([payment, totalInterest]).toEqual([1199.1, 231_676.38]);
    expect(yearly).toHaveLength(30);
    expect(yearly[0]).toEqual({ year: 1, interest: 11_933.19, principal: 2_456.02, balance: 197_543.98 });
    expect(yearly[29]?.balance).toBe(0);
  });

  test('the yearly table is that of twelve payments a year, one by one', async () => {
    const { yearly } = await scheduleOf({ principal: 200_000, annualRatePercent: 6, years: 30 });
    const payment = (200_000 * 0.005) / (1 - 1.005 ** -360);
    let balance = 200_000;
    for (const row of yearly) {
      for (let month = 0; month < 12; month++) balance = balance * 1.005 - payment;
      expect(row.balance).toBeCloseTo(balance, 2);
    }
  });

  test('a loan without interest is paid back in equal parts', async () => {
    expect(await scheduleOf({ principal: 1_200, annualRatePercent: 0, years: 2 })).toEqual({
      payment: 50,
      totalInterest: 0,
      yearly: [
        { year: 1, interest: 0, principal: 600, balance: 600 },
        { year: 2, interest: 0, principal: 600, balance: 0 },
      ],
    });
  });

  test('one year is a table of one row', async () => {
    const { yearly } = await scheduleOf({ principal: 1_000, annualRatePercent: 12, years: 1 });
    expect(yearly).toEqual([{ year: 1, interest: 66.19, principal: 1_000, balance: 0 }]);
  });

  test('every loan is paid back to the cent, and its interest adds up', async () => {
    const loans = fc.record({
      principal: fc.integer({ min: 1, max: 100_000_000_000 }).map((cents) => cents / 100),
      annualRatePercent: fc.oneof(
        fc.constantFrom(0, 1e-12, 1e-7, 1e-6, 1e-5, 100),
        fc.double({ min: 0, max: 100, noNaN: true }),
      ),
      years: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(loans, async (loan) => {
        const schedule = await scheduleOf(loan);
        expect(schedule.yearly).toHaveLength(loan.years);
        expect(schedule.yearly.at(-1)?.balance).toBe(0);
        expect(sumOf(schedule, 'principal')).toBe(Math.round(loan.principal * 100));
        const interestApart = Math.abs(sumOf(schedule, 'interest') - Math.round(schedule.totalInterest * 100));
        expect(interestApart).toBeLessThanOrEqual(loan.years / 2 + 1);
        const interestMax = (loan.principal * loan.annualRatePercent * loan.years) / 100;
        const rounding = 0.01 + loan.principal / 1e6;
        expect(schedule.totalInterest).toBeGreaterThan(-rounding);
        expect(schedule.totalInterest).toBeLessThan(interestMax + rounding);
        const balances = [loan.principal, ...schedule.yearly.map((row) => row.balance)];
        expect(balances.toSorted((a, b) => b - a)).toEqual(balances);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [{ principal: 0, annualRatePercent: 6, years: 30 }, 'inputs.principal'],
    [{ principal: -1, annualRatePercent: 6, years: 30 }, 'inputs.principal'],
    [{ principal: 1, annualRatePercent: -0.1, years: 30 }, 'inputs.annualRatePercent'],
    [{ principal: 1, annualRatePercent: 100.1, years: 30 }, 'inputs.annualRatePercent'],
    [{ principal: 1, annualRatePercent: 6, years: 0 }, 'inputs.years'],
    [{ principal: 1, annualRatePercent: 6, years: 51 }, 'inputs.years'],
    [{ principal: 1, annualRatePercent: 6, years: 1.5 }, 'inputs.years'],
    [{ principal: '1', annualRatePercent: 6, years: 1 }, 'inputs.principal'],
    [{ principal: 1, annualRatePercent: 6, years: 1, months: 1 }, 'inputs.months'],
    [{ principal: 1, annualRatePercent: 6 }, 'inputs.years'],
  ])('%j is refused, at %s', async (inputs, path) => {
    const issues = await engine.validateInputs(loanCalculator.spec.inputs, inputs);
    expect(issues.map((issue) => issue.path)).toEqual([path]);
  });
});
