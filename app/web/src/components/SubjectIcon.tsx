import type { JSX } from "preact";

const SHAPES: Readonly<Record<string, JSX.Element>> = {
  astronomy: (
    <>
      <circle cx="12" cy="12" r="5" />
      <ellipse cx="12" cy="12" rx="10" ry="3.4" transform="rotate(-22 12 12)" />
    </>
  ),
  geography: (
    <>
      <circle cx="12" cy="12" r="9" />
      <ellipse cx="12" cy="12" rx="4" ry="9" />
      <path d="M3 12h18" />
    </>
  ),
  history: (
    <>
      <path d="M6 3h12M6 21h12" />
      <path d="M7.5 3c0 5 4.5 6 4.5 9s-4.5 4-4.5 9M16.5 3c0 5-4.5 6-4.5 9s4.5 4 4.5 9" />
    </>
  ),
  "human-body": (
    <path d="M12 20.5S3.5 15.5 3.5 9.3A4.6 4.6 0 0 1 12 6.8a4.6 4.6 0 0 1 8.5 2.5c0 6.2-8.5 11.2-8.5 11.2z" />
  ),
  wildlife: (
    <>
      <path d="M5 19C3.5 10 10 4 20 4c.5 10-6 16.5-15 15z" />
      <path d="M4 21c2.5-6 6-9 11-11.5" />
    </>
  ),
  "physics-and-chemistry": (
    <>
      <circle cx="12" cy="12" r="1.2" />
      <ellipse cx="12" cy="12" rx="10" ry="4" />
      <ellipse cx="12" cy="12" rx="10" ry="4" transform="rotate(60 12 12)" />
      <ellipse cx="12" cy="12" rx="10" ry="4" transform="rotate(120 12 12)" />
    </>
  ),
  "art-and-music": (
    <>
      <path d="M9 18V5.5l11-2.5v13" />
      <circle cx="6.5" cy="18" r="2.5" />
      <circle cx="17.5" cy="16" r="2.5" />
    </>
  ),
  computing: (
    <>
      <rect x="6" y="6" width="12" height="12" rx="2" />
      <rect x="10" y="10" width="4" height="4" />
      <path d="M9 2.5V6M15 2.5V6M9 18v3.5M15 18v3.5M2.5 9H6M2.5 15H6M18 9h3.5M18 15h3.5" />
    </>
  ),
};

/** Decoration for a quiz; a quiz without a drawing of its own gets a plain ring. */
export function SubjectIcon({ id }: { readonly id: string }) {
  return (
    <svg class="subject-icon" viewBox="0 0 24 24" aria-hidden="true">
      {SHAPES[id] ?? <circle cx="12" cy="12" r="8" />}
    </svg>
  );
}
