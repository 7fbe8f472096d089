import type { ToolSpec } from '@microapp/contract';

/**
 * An annuity loan: the same payment every month, so that what is paid off grows with the interest: after y of n years it
 * is (gʸ - 1) / (gⁿ - 1) of the loan, where g is the growth of a debt in a year. Closed form, one line for each year.
 *
 * Cents: `payment` is rounded for showing; everything else follows from the exact payment. Balances are rounded and the
 * principal parts are their differences, so these add up to the loan exactly; interest is the rest of what was paid, and
 * adds up to `totalInterest` within half a cent a year.
 * A rate that makes a debt grow by less than a hundred-millionth a year counts as none: floating point could not tell
 * the two differences above from zero.
 */
const expression = `(
  $loan := inputs.principal;
  $years := inputs.years;
  $monthlyRate := inputs.annualRatePercent / 1200;
  $growth := $power(1 + $monthlyRate, 12);
  $free := $growth - 1 < 1e-8;
  $paidOff := $free ? $years : $power($growth, $years) - 1;
  $payment := $free ? $loan / $years / 12 : $loan * $monthlyRate * ($paidOff + 1) / $paidOff;
  $paidPerYear := $payment * 12;
  $balanceAfter := function($year) {
    $round($loan * (1 - ($free ? $year : $power($growth, $year) - 1) / $paidOff), 2)
  };
  {
    "payment": $round($payment, 2),
    "totalInterest": $round($paidPerYear * $years - $loan, 2),
    "yearly": [[1..$years].(
      $balance := $balanceAfter($);
      $principal := $round($balanceAfter($ - 1) - $balance, 2);
      {
        "year": $,
        "interest": $round($paidPerYear - $principal, 2),
        "principal": $principal,
        "balance": $balance
      }
    )]
  }
)`;

const spec: ToolSpec = {
  inputs: {
    type: 'object',
    required: ['principal', 'annualRatePercent', 'years'],
    additionalProperties: false,
    properties: {
      principal: {
        type: 'number',
        title: 'Loan amount',
        description: 'What is borrowed, in any currency.',
        exclusiveMinimum: 0,
        maximum: 1_000_000_000,
        default: 200_000,
      },
      annualRatePercent: {
        type: 'number',
        title: 'Interest rate per year (%)',
        description: 'The nominal rate; interest is added monthly. 0 is a loan without interest.',
        minimum: 0,
        maximum: 100,
        default: 6,
      },
      years: {
        type: 'integer',
        title: 'Term in years',
        description: 'How long it takes to pay the loan back.',
        minimum: 1,
        maximum: 50,
        default: 30,
      },
    },
  },
  steps: [{ kind: 'transform', name: 'schedule', expression }],
};

/** Shipped live: the shortest path from an empty installation to a tool that answers. */
export const loanCalculator = {
  slug: 'loan-calculator',
  kind: 'tool',
  name: 'Loan calculator',
  description: 'Monthly payment, total interest and the balance year by year.',
  spec,
} as const;
