import type { ToolSpec } from '@microapp/contract';

/** Where the example's rates are from: each destination has a zone at the endpoint. */
const destinations = ['AT', 'AU', 'BR', 'CA', 'CH', 'DE', 'ES', 'FR', 'GB', 'IT', 'JP', 'NL', 'US'] as const;

/** Cheapest first, with what a buyer compares: what it costs, and when it is there. */
const expression = `(
  $services := results.rates.services^(price)[];
  {
    "currency": results.rates.currency,
    "cheapest": $services[0].service,
    "fastest": $services^(days)[0].service,
    "services": $services
  }
)`;

function specFor(endpoint: string): ToolSpec {
  return {
    inputs: {
      type: 'object',
      required: ['destination', 'weightKilograms'],
      additionalProperties: false,
      properties: {
        destination: {
          type: 'string',
          title: 'Ship to',
          description: 'Two letters for the country.',
          enum: [...destinations],
          default: 'FR',
        },
        weightKilograms: {
          type: 'number',
          title: 'Weight (kg)',
          description: 'With its box.',
          exclusiveMinimum: 0,
          maximum: 70,
          default: 2.5,
        },
      },
    },
    steps: [
      {
        kind: 'http',
        name: 'rates',
        method: 'POST',
        url: endpoint,
        body: { destination: '{{ inputs.destination }}', weightKilograms: '{{ inputs.weightKilograms }}' },
        timeoutMs: 5000,
      },
      { kind: 'transform', name: 'quote', expression },
    ],
  };
}

/** What a parcel costs, asked of a carrier's or a shop's own service at `endpoint`, whose answer is put in order. */
export function shippingQuote(endpoint: string) {
  return {
    slug: 'shipping-quote',
    kind: 'tool',
    name: 'Shipping quote',
    description: 'What a parcel costs and when it arrives, by service, cheapest first.',
    spec: specFor(endpoint),
  } as const;
}
