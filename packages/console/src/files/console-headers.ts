/** The headers that the files of the page are served with. */

/**
 * The Content-Security-Policy of the page: its own files and its own server, no inline code, no markup from text.
 *
 * @see Content Security Policy Level 3; Trusted Types, section 3.1
 */
export const CONSOLE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/**
 * Returns the headers of a file of the page.
 *
 * @param file - From the folder of the page: `index.html`, `assets/index-Cq2c8Y3x.js`.
 * @returns `undefined` for a file that the page cannot have.
 *
 * @example
 * ```ts
 * import { consoleHeaders } from '@pocket-hsm/console'
 *
 * consoleHeaders('index.html')?.['content-type'] // 'text/html; charset=utf-8'
 * consoleHeaders('../secret.pem') // undefined
 * ```
 */
export function consoleHeaders(file: string): Readonly<Record<string, string>> | undefined {
  const [, folder, extension = ''] = FILE.exec(file) ?? []
  const type = TYPES[extension]
  if (type === undefined) return undefined
  return {
    'content-type': type,
    'content-security-policy': CONSOLE_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Names in assets change with their content.
    'cache-control': folder === undefined ? 'no-cache' : 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  }
}

/** One folder, and no name that begins with a dot. */
const FILE = /^(assets\/)?\w[\w-]*\.([a-z]+)$/
