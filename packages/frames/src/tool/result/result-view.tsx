import { useMemo } from 'preact/hooks';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useLocale } from '../../ui/locale.ts';
import { copyTextOf } from './copy-text.ts';
import { scalarText } from './scalar-text.ts';
import { isNumeric, shapeOf, type Entry, type Scalar, type Shape } from './shape.ts';

/** A tool's output, drawn by its shape, with a way to take it along. */
export function ResultView({ output }: { output: unknown }) {
  const { text } = useLocale();
  const shape = useMemo(() => shapeOf(output), [output]);
  if (shape.kind === 'nothing') return <p class="muted">{text('result.empty')}</p>;
  return (
    <>
      <header class="result-head">
        <h2>{text('result.title')}</h2>
        <CopyButton content={copyTextOf(output)} />
      </header>
      <ShapeView shape={shape} label={text('result.title')} />
    </>
  );
}

function ShapeView({ shape, label }: { shape: Shape; label: string }) {
  const locale = useLocale();
  switch (shape.kind) {
    case 'nothing':
      return <span class="muted">–</span>;
    case 'value':
      return <ScalarView value={shape.value} shown={scalarText(shape.value, shape.style, locale)} />;
    case 'text':
      return <p class="text">{shape.text}</p>;
    case 'json':
      return (
        <pre class="code scroll" tabIndex={0} role="region" aria-label={label}>
          {shape.text}
        </pre>
      );
    case 'list':
      return (
        <ul>
          {shape.items.map((item, index) => (
            <li key={index}>{scalarText(item, { kind: 'plain' }, locale)}</li>
          ))}
        </ul>
      );
    case 'table':
      return <TableView table={shape} label={label} />;
    case 'record':
      return <RecordView entries={shape.entries} />;
  }
}

/** Short values side by side, everything longer below, each under its name. */
function RecordView({ entries }: { entries: readonly Entry[] }) {
  const values = entries.filter(({ shape }) => shape.kind === 'value' || shape.kind === 'nothing');
  const blocks = entries.filter((entry) => !values.includes(entry));
  return (
    <>
      {values.length > 0 && (
        <dl>
          {values.map(({ key, label, shape }) => (
            <div key={key}>
              <dt>{label}</dt>
              <dd>
                <ShapeView shape={shape} label={label} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {blocks.map(({ key, label, shape }) => (
        <section class="block" key={key}>
          <h3>{label}</h3>
          <ShapeView shape={shape} label={label} />
        </section>
      ))}
    </>
  );
}

function TableView({ table, label }: { table: Extract<Shape, { kind: 'table' }>; label: string }) {
  const locale = useLocale();
  const { columns, rows, total } = table;
  const kinds = columns.map((column) => (isNumeric(column) ? 'number' : undefined));
  return (
    <>
      {/* Scrolls inside itself, so it must be reachable by keyboard. */}
      <div class="scroll" tabIndex={0} role="region" aria-label={label}>
        <table>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th key={column.key} scope="col" class={kinds[index]}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, number) => (
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
      {rows.length < total && (
        <p class="help">
          {locale.text('result.rows-left-off', {
            shown: locale.format.integer(rows.length),
            total: locale.format.integer(total),
          })}
        </p>
      )}
    </>
  );
}

/** A web address is a link; of a tool's output nothing else is more than text. */
function ScalarView({ value, shown }: { value: Scalar; shown: string }) {
  if (typeof value !== 'string' || !/^https?:\/\/\S+$/.test(value)) return <>{shown}</>;
  return (
    <a href={value} target="_blank" rel="noopener noreferrer">
      {shown}
    </a>
  );
}
