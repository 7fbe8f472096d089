/** Today against yesterday, in words that need no color. */
export function changeWords(today: number, yesterday: number): string {
  if (yesterday === 0) return today === 0 ? 'none yesterday either' : 'none yesterday';
  const percent = Math.round((100 * (today - yesterday)) / yesterday);
  if (percent === 0) return `as yesterday (${yesterday.toLocaleString('en')})`;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent)} % (${yesterday.toLocaleString('en')} yesterday)`;
}
