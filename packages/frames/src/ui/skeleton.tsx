import { useFirstLocale } from './locale.ts';

/** Holds the place of a tool of three fields until it is known which tool it is. */
export function Skeleton() {
  const { text } = useFirstLocale();
  return (
    <div class="skeleton" role="status">
      <span class="hidden">{text('connecting')}</span>
      <div class="bone title" />
      {[0, 1, 2].map((field) => (
        <div class="field" key={field}>
          <div class="bone label" />
          <div class="bone input" />
        </div>
      ))}
      <div class="bone button" />
    </div>
  );
}
