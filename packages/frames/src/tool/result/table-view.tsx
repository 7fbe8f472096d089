import { useMemo, useState } from 'preact/hooks';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import { ShowMore, useBounded } from './bounded.tsx';
import { ChartView } from './chart-view.tsx';
import { scalarText } from './scalar-text.ts';
import { isNumeric } from './column.ts';
import { type Table } from './shape.ts';
import { nextOrder, sorted, type SortOrder } from './sort.ts';

const rowsStep = 100;

/** A table that is sorted by pressing the head of a column; above it its chart, if there is one. */
export function TableView({ table, label }: { table: Table; label: string }) {
  const locale = useLocale();
  const { text, format } = locale;
  const { columns, rows, total, chart } = table;
  const [order, setOrder] = useState<SortOrder | undefined>(undefined);
  const inOrder = useMemo(() => sorted(rows, order, format.locale), [rows, order, format.locale]);
  const { drawn, more, left } = useBounded(inOrder, rowsStep);
  const kinds = columns.map((column) => (isNumeric(column) ? 'number' : undefined));
  return (
    <>
      {chart !== undefined && <ChartView chart={chart} columns={columns} rows={rows} />}
      {/* Scrolls inside itself, so it must be reachable by keyboard. */}
      <div class="scroll" tabIndex={0} role="region" aria-label={label}>
        <table>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th
                  key={column.key}
                  scope="col"
                  class={kinds[index]}
                  aria-sort={order?.column === index ? order.direction : undefined}
                >
                  <button
                    type="button"
                    title={text('table.sort', { column: column.label })}
                    onClick={() => setOrder(nextOrder(order, index))}
                  >
                    {column.label}
                    <Icon name="chevron" />
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {drawn.map((row, number) => (
              <tr key={number}>
                {columns.map(({ key, style }, index) => (
                  <td key={key} class={kinds[index]}>
                    {scalarText(row[index] ?? null, style, locale)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 && <ShowMore shown={drawn.length} total={rows.length} step={rowsStep} onMore={more} />}
      {rows.length < total && (
        <p class="help">
          {text('result.too-many', { shown: format.integer(rows.length), total: format.integer(total) })}
        </p>
      )}
    </>
  );
}
