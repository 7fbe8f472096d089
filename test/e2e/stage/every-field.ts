/** The spec of a tool with a field of every kind, which answers with what it was given. */
export const everyField = {
  inputs: {
    type: 'object',
    required: ['name', 'price', 'country', 'contact', 'rows', 'starts'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', title: 'Name', description: 'As it stands on the invoice.', minLength: 2 },
      story: { type: 'string', title: 'Story', maxLength: 2000 },
      price: {
        type: 'number',
        title: 'Price',
        format: 'currency',
        description: 'Before tax.',
        minimum: 0,
        maximum: 1_000_000,
      },
      discount: { type: 'number', title: 'Discount', format: 'percent', minimum: 0, maximum: 100 },
      change: { type: 'number', title: 'Change' },
      pieces: { type: 'integer', title: 'Pieces', minimum: 1, default: 12 },
      gift: { type: 'boolean', title: 'Wrap it as a gift', description: 'With a ribbon.' },
      size: {
        title: 'Size',
        oneOf: [
          { const: 's', title: 'Small' },
          { const: 'm', title: 'Medium' },
          { const: 'l', title: 'Large' },
        ],
      },
      country: {
        type: 'string',
        title: 'Country',
        enum: ['Austria', 'Egypt', 'France', 'Germany', 'India', 'Switzerland'],
      },
      delivery: {
        type: 'string',
        format: 'date',
        title: 'Delivery',
        formatMinimum: '2026-01-01',
        formatMaximum: '2026-12-31',
      },
      starts: { type: 'string', format: 'date-time', title: 'Starts' },
      contact: { type: 'string', format: 'email', title: 'Email' },
      site: { type: 'string', format: 'uri', title: 'Website' },
      address: {
        type: 'object',
        title: 'Address',
        description: 'Where it goes.',
        required: ['street'],
        properties: {
          street: { type: 'string', title: 'Street' },
          floor: { type: 'integer', title: 'Floor' },
          country: { type: 'string', title: 'Region', default: 'North' },
        },
      },
      tags: { type: 'array', title: 'Tags', items: { type: 'string' }, maxItems: 3 },
      rows: {
        type: 'array',
        title: 'Rows',
        description: 'One for each article.',
        minItems: 1,
        maxItems: 5,
        items: {
          type: 'object',
          required: ['article'],
          properties: {
            article: { type: 'string', title: 'Article' },
            amount: { type: 'integer', title: 'Amount', default: 1 },
          },
        },
      },
      extra: { type: 'object', title: 'Extra' },
    },
  },
  steps: [{ kind: 'transform', name: 'echo', expression: 'inputs' }],
} as const;
