/** The product's sign: four squares, one of them handed out. */
export function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" fill="var(--app-accent-text)">
      <rect x="1" y="1" width="8" height="8" rx="2" />
      <rect x="11" y="1" width="8" height="8" rx="2" opacity=".45" />
      <rect x="1" y="11" width="8" height="8" rx="2" />
      <rect x="11" y="11" width="8" height="8" rx="2" />
    </svg>
  );
}
