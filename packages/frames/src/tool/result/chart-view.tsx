import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocale, type Locale } from '../../ui/locale.ts';
import { labelsAt, placeOf, spread, ticksOf, type Chart } from './chart.ts';
import { scalarText } from './scalar-text.ts';
import type { Column, Scalar } from './column.ts';

type Charted = { chart: Chart; columns: readonly Column[]; rows: readonly (readonly Scalar[])[] };

/** A picture of a table's numbers. What it says to the eye the table below says to everybody. */
export function ChartView({ chart, columns, rows }: Charted) {
  const { text } = useLocale();
  const series = chart.series.map((index) => columns[index]?.label ?? '');
  const label = text('chart.label', { series: series.join(', '), label: columns[chart.label]?.label ?? '' });
  return (
    <figure class={`chart ${chart.kind}`} role="img" aria-label={label}>
      {chart.kind === 'line' ? (
        <Lines chart={chart} columns={columns} rows={rows} />
      ) : (
        <Bars chart={chart} columns={columns} rows={rows} />
      )}
    </figure>
  );
}

const height = 220;
/** Room above the highest tick, and below the axis for its labels. */
const edge = { top: 12, bottom: 28 };
/** Wider than this, the name of each line fits beside its end. */
const widthForNames = 460;
const nameWidth = 120;
const tickWidth = 56;
/** Of a label's letters, about, and between two labels. */
const letterWidth = 7;
const labelGap = 16;
const lineHeight = 16;

function Lines({ chart, columns, rows }: Charted) {
  const locale = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const places = rows.map((row) => placeOf(row[chart.label]) ?? 0);
  const lines = chart.series.map((index) => ({
    name: columns[index]?.label ?? '',
    values: rows.map((row) => numberOf(row[index])),
  }));
  const ticks = ticksOf(lines.flatMap(({ values }) => values.filter((value) => value !== undefined)));
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const hasNames = width >= widthForNames && lines.length > 1;
  const left = tickWidth;
  const right = width - (hasNames ? nameWidth : 12);
  const [first = 0, last = 1] = [places[0], places.at(-1)];
  const x = (place: number) => rounded(left + ((place - first) / (last - first || 1)) * (right - left));
  const y = (value: number) => rounded(edge.top + ((high - value) / (high - low)) * (height - edge.top - edge.bottom));
  const ends = lines.map(({ values }) => y(values.findLast((value) => value !== undefined) ?? 0));
  const namesAt = spread(ends, lineHeight, height - edge.bottom);
  const style = columns[chart.label]?.style ?? { kind: 'plain' };
  const labels = rows.map((row) => scalarText(row[chart.label] ?? null, style, locale));
  const labelWidth = Math.max(...labels.map(({ length }) => length)) * letterWidth + labelGap;

  return (
    <>
      {!hasNames && <Names names={lines.map(({ name }) => name)} />}
      <div class="canvas" ref={box}>
        {width > 0 && (
          <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} direction="ltr">
            {ticks.map((tick) => (
              <g key={tick} class={tick === 0 ? 'tick zero' : 'tick'}>
                <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
                <text x={left - 8} y={y(tick) + 4} text-anchor="end">
                  {compact(locale, tick)}
                </text>
              </g>
            ))}
            {labelsAt(rows.length, 1 + Math.floor((right - left) / labelWidth)).map((index) => (
              <text
                key={index}
                x={x(places[index] ?? 0)}
                y={height - 6}
                text-anchor={index === 0 ? 'start' : index === rows.length - 1 ? 'end' : 'middle'}
              >
                {labels[index]}
              </text>
            ))}
            {lines.map(({ name, values }, number) => (
              <g key={name} class={`series-${number}`}>
                <path d={pathOf(values, (value, index) => `${x(places[index] ?? 0)} ${y(value)}`)} />
                {hasNames && (
                  <text x={right + 8} y={(namesAt[number] ?? 0) + 4} class="name">
                    {shortened(name)}
                  </text>
                )}
              </g>
            ))}
          </svg>
        )}
      </div>
    </>
  );
}

/** The names of the lines, each beside a piece of it. */
function Names({ names }: { names: readonly string[] }) {
  return (
    <p class="names">
      {names.map((name, number) => (
        <span key={name} class={`series-${number}`}>
          <svg width="24" height="8">
            <path d="M0 4H24" />
          </svg>
          {name}
        </span>
      ))}
    </p>
  );
}

function Bars({ chart, columns, rows }: Charted) {
  const locale = useLocale();
  const all = rows.flatMap((row) => chart.series.map((index) => numberOf(row[index]) ?? 0));
  const low = Math.min(0, ...all);
  const span = Math.max(0, ...all) - low || 1;
  const share = (value: number) => rounded(((value - low) / span) * 100);
  return (
    <>
      {chart.series.length > 1 && <Names names={chart.series.map((index) => columns[index]?.label ?? '')} />}
      {rows.map((row, number) => (
        <div class="bar" key={number}>
          <span class="bar-name">{scalarText(row[chart.label] ?? null, { kind: 'plain' }, locale)}</span>
          <div>
            {chart.series.map((index, order) => {
              const value = numberOf(row[index]) ?? 0;
              return (
                <div key={index} class={`series-${order}`}>
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none">
                    <rect x={Math.min(share(0), share(value))} width={Math.abs(share(value) - share(0))} height="10" />
                    <line class="zero" x1={share(0)} x2={share(0)} y2="10" />
                  </svg>
                  <span class="number">
                    {scalarText(row[index] ?? null, columns[index]?.style ?? { kind: 'plain' }, locale)}
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      ))}
    </>
  );
}

/** The element's width, in whole pixels; 0 until it is known. */
function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** A line through all values; where one is missing there is a gap. */
function pathOf(values: readonly (number | undefined)[], point: (value: number, index: number) => string): string {
  return values
    .map((value, index) => {
      if (value === undefined) return '';
      return `${index === 0 || values[index - 1] === undefined ? 'M' : 'L'}${point(value, index)}`;
    })
    .join('');
}

function numberOf(value: Scalar | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function compact({ format }: Locale, value: number): string {
  return new Intl.NumberFormat(format.locale, { notation: 'compact', maximumFractionDigits: 2 }).format(value);
}

function shortened(name: string): string {
  return name.length > 16 ? `${name.slice(0, 15)}…` : name;
}

/** A tenth of a pixel is as exact as anybody sees. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
