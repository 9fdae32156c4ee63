/** Icons: lines in a square of 20 units, in the colour of the text. */

import type { JSX } from 'preact'

const PATHS = {
  keys: 'M7.5 12.5a4 4 0 1 1 2.9-6.8 4 4 0 0 1 .9 4.1l5.2 5.2v2h-3v-2h-2v-2l-1.2-1.2a4 4 0 0 1-2.8.7ZM6.5 7.5h.01',
  time: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm0 3.5V10l2.5 1.8',
  history: 'M4 5h12M4 10h12M4 15h7',
  try: 'M6 4l9 6-9 6V4Z',
  faults: 'M11 2.5 4.5 11H10l-1 6.5L15.5 9H10l1-6.5Z',
  state:
    'M4 6c0-1.4 2.7-2.5 6-2.5S16 4.600 16 6s-2.700 2.500-6 2.500S4 7.400 4 6Zm0 0v8c0 1.400 2.700 2.500 6 2.500s6-1.100 6-2.500V6M4 10c0 1.400 2.700 2.500 6 2.500s6-1.100 6-2.500',
  access:
    'M10 2.800 4 5v4.500c0 3.700 2.500 6.300 6 7.700 3.500-1.400 6-4 6-7.700V5l-6-2.200Zm-2.200 7 1.700 1.700 3-3.200',
  search: 'M9 3.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11Zm4 9.500 3.500 3.500',
  plus: 'M10 4v12M4 10h12',
  close: 'M5 5l10 10M15 5 5 15',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4V7Z',
  check: 'm4 10.500 4 4 8-9',
  undo: 'M7 4 3.500 7.500 7 11M4 7.500h7.500a4.500 4.500 0 0 1 0 9H8',
  sun: 'M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7ZM10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.500 1.500M14.200 14.200l1.500 1.500M15.700 4.300l-1.500 1.500M5.800 14.200l-1.500 1.500',
  moon: 'M16 12.200A6.500 6.500 0 0 1 7.800 4a6.500 6.500 0 1 0 8.200 8.200Z',
  system: 'M3 4.500h14v9H3v-9ZM7.500 16.500h5',
  back: 'M12 4.500 6.500 10l5.500 5.500',
  download: 'M10 3.500v9M6.500 9 10 12.500 13.500 9M4 16.500h12',
  upload: 'M10 12.500v-9M6.500 7 10 3.500 13.500 7M4 16.500h12',
  refresh: 'M16 10a6 6 0 1 1-1.800-4.300M16 3v3.500h-3.500',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.7 10.500h6.600L14 6',
  lock: 'M5.500 9h9v7.500h-9V9Zm2-.200V6.500a2.500 2.500 0 0 1 5 0V9',
  person:
    'M10 3.500a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM4.500 16.500c.5-3 2.700-4.500 5.500-4.500s5 1.500 5.500 4.500',
} as const

/** The name of an icon. */
export type IconName = keyof typeof PATHS

/** An icon. Its meaning has to be in words too: it is hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
