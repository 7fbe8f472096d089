import { useMemo } from 'preact/hooks';
import { useLocale } from '../../ui/locale.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { CutNotice, ShowMore, useBounded, useBoundedText } from './bounded.tsx';
import { copyTextOf } from './copy-text.ts';
import { scalarText } from './scalar-text.ts';
import { type Scalar } from './column.ts';
import { shapeOf, type Entry, type Shape } from './shape.ts';
import { TableView } from './table-view.tsx';
import { TakeAlong } from './take-along-view.tsx';
import { csvTake, takesOf } from './take-along.ts';

/** A tool's output, drawn by its shape, with ways to take it along: as `name`, where it becomes a file. */
export function ResultView({ output, name }: { output: unknown; name: string }) {
  const { text } = useLocale();
  const shape = useMemo(() => shapeOf(output), [output]);
  if (shape.kind === 'nothing') return <p class="muted">{text('result.empty')}</p>;
  return (
    <>
      <header class="result-head">
        <h2>{text('result.title')}</h2>
        <TakeAlong copy={copyTextOf(output)} takes={takesOf(shape, output)} name={name} />
      </header>
      <div class={shape.kind === 'value' ? 'alone' : 'block'}>
        <ShapeView shape={shape} label={text('result.title')} name={name} output={output} />
      </div>
    </>
  );
}

type ShapeProps<Kind extends Shape['kind'] = Shape['kind']> = {
  shape: Extract<Shape, { kind: Kind }>;
  label: string;
  name: string;
  /** What the shape was made of. */
  output: unknown;
};

function ShapeView({ shape, label, name, output }: ShapeProps) {
  const locale = useLocale();
  switch (shape.kind) {
    case 'nothing':
      return <span class="muted">–</span>;
    case 'value':
      return <ScalarView value={shape.value} shown={scalarText(shape.value, shape.style, locale)} />;
    case 'text':
      return <PlainText text={shape.text} />;
    case 'markdown':
      return <MarkdownText text={shape.text} />;
    case 'json':
      return <JsonText text={shape.text} label={label} />;
    case 'list':
      return <ListView items={shape.items} />;
    case 'table':
      return <TableView table={shape} label={label} />;
    case 'record':
      return <RecordView shape={shape} label={label} name={name} output={output} />;
  }
}

function PlainText({ text }: { text: string }) {
  const { drawn, ...cut } = useBoundedText(text);
  return (
    <>
      <p class="text">{drawn}</p>
      <CutNotice {...cut} />
    </>
  );
}

const loadMarkdown = () => import('./markdown.tsx');

/** Plain until what reads markdown is there, and if it does not come. */
function MarkdownText({ text }: { text: string }) {
  const locale = useLocale();
  const { part } = useLoaded(loadMarkdown);
  if (part === undefined) return <p class="text">{text}</p>;
  const imageOf = (name: string) => locale.text('image-of', { name });
  return <part.Markdown text={text} ownOrigin={location.origin} imageOf={imageOf} />;
}

function JsonText({ text, label }: { text: string; label: string }) {
  const { drawn, ...cut } = useBoundedText(text);
  return (
    <>
      <pre class="code scroll" tabIndex={0} role="region" aria-label={label}>
        {drawn}
      </pre>
      <CutNotice {...cut} />
    </>
  );
}

const itemsStep = 200;

function ListView({ items }: { items: readonly Scalar[] }) {
  const locale = useLocale();
  const { drawn, more, left } = useBounded(items, itemsStep);
  return (
    <>
      <ul>
        {drawn.map((item, index) => (
          <li key={index}>
            <ScalarView value={item} shown={scalarText(item, { kind: 'plain' }, locale)} />
          </li>
        ))}
      </ul>
      {left > 0 && <ShowMore shown={drawn.length} total={items.length} step={itemsStep} onMore={more} />}
    </>
  );
}

const entriesStep = 100;

/** Short values side by side, everything longer below, each under its name. */
function RecordView({ shape, name, output }: ShapeProps<'record'>) {
  const { drawn, more, left } = useBounded(shape.entries, entriesStep);
  const values = drawn.filter((entry) => entry.shape.kind === 'value' || entry.shape.kind === 'nothing');
  const blocks = drawn.filter((entry) => !values.includes(entry));
  // A record's shape is made of an object.
  const valueOf = ({ key }: Entry): unknown => (output as Record<string, unknown>)[key];
  return (
    <>
      {values.length > 0 && (
        <dl>
          {values.map((entry) => (
            <div key={entry.key}>
              <dt>{entry.label}</dt>
              <dd>
                <ShapeView shape={entry.shape} label={entry.label} name={name} output={valueOf(entry)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {blocks.map((entry) => (
        <Block key={entry.key} entry={entry} name={`${name}-${entry.key}`} output={valueOf(entry)} />
      ))}
      {left > 0 && <ShowMore shown={drawn.length} total={shape.entries.length} step={entriesStep} onMore={more} />}
    </>
  );
}

/** A part of a result that has room of its own; a table in it can be taken along by itself. */
function Block({ entry: { label, shape }, name, output }: { entry: Entry; name: string; output: unknown }) {
  return (
    <section class="block">
      <header class="result-head">
        <h3>{label}</h3>
        {shape.kind === 'table' && <TakeAlong copy={copyTextOf(output)} takes={[csvTake(output)]} name={name} />}
      </header>
      <ShapeView shape={shape} label={label} name={name} output={output} />
    </section>
  );
}

/** A web address is a link; of a tool's output nothing else is more than text. */
function ScalarView({ value, shown }: { value: Scalar; shown: string }) {
  if (typeof value !== 'string' || !/^https?:\/\/\S+$/.test(value)) return <>{shown}</>;
  return (
    <a href={value} target="_blank" rel="noopener noreferrer nofollow">
      {shown}
    </a>
  );
}
