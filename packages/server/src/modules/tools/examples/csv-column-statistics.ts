import type { ToolSpec } from '@microapp/contract';

/** At most so many characters: the sandbox reads as many in a quarter of its time. */
const csvCharsMax = 300_000;
const columnsMax = 200;

/**
 * Reads CSV as RFC 4180 writes it and as it is found: any line ends, a byte order mark, Excel's `sep=` line, quotes that
 * are never closed, rows of unequal length, blank lines.
 *
 * - The delimiter, where it is to be found out, is the one that cuts most of the first rows into as many fields as the
 *   header has. Where none does, a row is one field.
 * - The decimal mark is a comma where some column is numbers only with a comma and none only with a point. Numbers may be
 *   grouped. What begins with a zero, such as a post code, is text.
 * - A column is of the one type that all its values have; what is missing says nothing.
 * - The standard deviation is that of a sample. Sums run as Welford's, so that large values keep their small differences.
 */
const code = String.raw`
const delimiters = { comma: ',', semicolon: ';', tab: '\t' };
const sampledRowsMax = 20;
const missingValues = new Set(['', 'na', 'n/a', 'null', 'nan']);
const truthValues = new Set(['true', 'false', 'yes', 'no']);

export default function ({ inputs }) {
  const { text, named } = withoutPreamble(inputs.csv);
  const chosen = inputs.delimiter ?? 'auto';
  const delimiter = chosen === 'auto' ? (named ?? delimiterOf(text)) : delimiters[chosen];
  const rows = parse(text, delimiter);
  const hasHeader = inputs.hasHeader ?? true;
  const width = Math.min(Math.max(0, ...rows.map((row) => row.length)), ${columnsMax});
  const names = namesOf(hasHeader ? (rows[0] ?? []) : [], width);
  const records = hasHeader ? rows.slice(1) : rows;
  const columns = names.map((_, index) => valuesOf(records, index));
  const mark = decimalMarkOf(columns);
  return {
    rows: records.length,
    columns: width,
    delimiter: nameOf(delimiter),
    decimalMark: mark === point ? 'point' : 'comma',
    statistics: columns.map((values, index) => statisticsOf(names[index], values, { mark, rows: records.length })),
  };
}

/** Without a byte order mark and without Excel's first line, which names the delimiter. */
function withoutPreamble(csv) {
  const text = csv.startsWith('\uFEFF') ? csv.slice(1) : csv;
  const preamble = /^sep=([^\r\n])(?:\r\n|\r|\n|$)/.exec(text);
  return preamble === null ? { text } : { text: text.slice(preamble[0].length), named: preamble[1] };
}

function nameOf(delimiter) {
  if (delimiter === undefined) return 'none';
  const known = Object.keys(delimiters).find((name) => delimiters[name] === delimiter);
  return known ?? delimiter;
}

function delimiterOf(text) {
  let best = { agreeing: 0, fields: 0 };
  for (const delimiter of Object.values(delimiters)) {
    const [header, ...others] = parse(text, delimiter, sampledRowsMax).map((row) => row.length);
    if (header === undefined || header === 1) continue;
    const agreeing = others.length === 0 ? 1 : others.filter((fields) => fields === header).length / others.length;
    if (agreeing < 0.5) continue;
    if (agreeing > best.agreeing || (agreeing === best.agreeing && header > best.fields)) {
      best = { agreeing, fields: header, delimiter };
    }
  }
  return best.delimiter;
}

/** Rows of fields, blank lines left out. A quote counts only where a field begins. */
function parse(text, delimiter, rowsMax = Infinity) {
  const plain = new RegExp('[^\r\n' + (delimiter === undefined ? '' : '\\u' + hex(delimiter)) + ']*', 'y');
  const quoted = /"([^"]*(?:""[^"]*)*)(?:"|$)/y;
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length && rows.length < rowsMax) {
    let field = '';
    if (text[at] === '"') {
      quoted.lastIndex = at;
      field = quoted.exec(text)[1].replaceAll('""', '"');
      at = quoted.lastIndex;
    }
    plain.lastIndex = at;
    // After a closing quote there should be nothing; what there is belongs to the field.
    field += plain.exec(text)[0];
    at = plain.lastIndex;
    row.push(field);
    if (delimiter !== undefined && text[at] === delimiter) {
      at += 1;
      if (at < text.length) continue;
      row.push('');
    } else {
      at += text.startsWith('\r\n', at) ? 2 : 1;
    }
    if (row.length > 1 || row[0].trim() !== '') rows.push(row);
    row = [];
  }
  return rows;
}

function hex(character) {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}

function namesOf(header, width) {
  const used = new Map();
  return Array.from({ length: width }, (_, index) => {
    const name = (header[index] ?? '').trim().slice(0, 100) || 'Column ' + (index + 1);
    const before = used.get(name) ?? 0;
    used.set(name, before + 1);
    return before === 0 ? name : name + ' (' + (before + 1) + ')';
  });
}

function valuesOf(records, index) {
  const values = [];
  for (const record of records) {
    const value = (record[index] ?? '').trim();
    if (!missingValues.has(value.toLowerCase())) values.push(value);
  }
  return values;
}

const spaces = '\u0020\u00A0\u202F\u2019\'';
const point = markFrom('.', ',');
const comma = markFrom(',', '.');

/** How numbers are written with that decimal mark, and how they are read. */
function markFrom(decimal, group) {
  const groups = '[' + group + spaces + ']';
  const form = new RegExp(
    '^[+-]?(?:[1-9]\\d{0,2}(?:' + groups + '\\d{3})+|\\d+)?(?:[' + decimal + ']\\d+)?(?:[eE][+-]?\\d+)?$',
  );
  const every = new RegExp(groups, 'g');
  return {
    reads: (value) => /\d/.test(value) && form.test(value) && !/^[+-]?0\d/.test(value) && !/^[+-]?[eE]/.test(value),
    read: (value) => Number(value.replace(every, '').replace(decimal, '.')),
  };
}

function isNumeric(values, mark) {
  return values.length > 0 && values.every((value) => mark.reads(value) && Number.isFinite(mark.read(value)));
}

function decimalMarkOf(columns) {
  const withPoint = columns.map((values) => isNumeric(values, point));
  const withComma = columns.map((values) => isNumeric(values, comma));
  const onlyPoint = withPoint.some((is, index) => is && !withComma[index]);
  const onlyComma = withComma.some((is, index) => is && !withPoint[index]);
  return onlyComma && !onlyPoint ? comma : point;
}

function isDate(value) {
  const [, day] = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(value) ?? [];
  if (day === undefined) return false;
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

function typeOf(values, mark) {
  if (values.length === 0) return 'empty';
  if (isNumeric(values, mark)) return 'number';
  if (values.every(isDate)) return 'date';
  return values.every((value) => truthValues.has(value.toLowerCase())) ? 'boolean' : 'text';
}

function statisticsOf(column, values, { mark, rows }) {
  const type = typeOf(values, mark);
  const read = type === 'number' ? values.map(mark.read) : values;
  const counts = new Map();
  for (const value of read) counts.set(value, (counts.get(value) ?? 0) + 1);
  let most = { value: null, count: 1 };
  for (const [value, count] of counts) if (count > most.count) most = { value, count };
  return {
    column,
    type,
    count: values.length,
    missing: rows - values.length,
    distinct: counts.size,
    ...rangeOf(type, read),
    mostFrequent: typeof most.value === 'string' ? most.value.slice(0, 80) : most.value,
    timesSeen: most.value === null ? null : most.count,
  };
}

function rangeOf(type, values) {
  const range = { min: null, max: null, mean: null, median: null, standardDeviation: null };
  if (type === 'date') {
    const sorted = values.toSorted();
    return { ...range, min: sorted[0], max: sorted.at(-1) };
  }
  if (type !== 'number') return range;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  let mean = 0;
  let squares = 0;
  values.forEach((value, index) => {
    const apart = value - mean;
    mean += apart / (index + 1);
    squares += apart * (value - mean);
  });
  return {
    min: sorted[0],
    max: sorted.at(-1),
    mean: rounded(mean),
    median: rounded(sorted.length % 2 === 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2),
    standardDeviation: sorted.length < 2 ? null : rounded(Math.sqrt(squares / (sorted.length - 1))),
  };
}

/** Without the noise of binary fractions. What is too large to be worked out is not known. */
function rounded(value) {
  return Number.isFinite(value) ? Number(value.toPrecision(15)) : null;
}
`;

const spec: ToolSpec = {
  inputs: {
    type: 'object',
    required: ['csv'],
    additionalProperties: false,
    properties: {
      csv: {
        type: 'string',
        title: 'CSV',
        description: 'Paste a table from a spreadsheet or a CSV file.',
        contentMediaType: 'text/csv',
        minLength: 1,
        maxLength: csvCharsMax,
        default: 'product,price,ordered\nLamp,29.90,2026-01-14\nChair,120.00,2026-01-20\nLamp,27.50,2026-02-03\n',
      },
      delimiter: {
        type: 'string',
        title: 'Delimiter',
        description: 'What stands between two fields.',
        enum: ['auto', 'comma', 'semicolon', 'tab'],
        default: 'auto',
      },
      hasHeader: {
        type: 'boolean',
        title: 'The first row names the columns',
        default: true,
      },
    },
  },
  steps: [{ kind: 'function', name: 'statistics', code }],
};

/** Shipped live: what a few lines of JavaScript in the sandbox can do for whoever has a spreadsheet. */
export const csvColumnStatistics = {
  slug: 'csv-column-statistics',
  kind: 'tool',
  name: 'CSV column statistics',
  description:
    'What is in each column of a table: type, missing values, range, average, spread and what is most frequent.',
  spec,
} as const;
