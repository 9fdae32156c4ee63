/** Where the console is. */

/** The path of the page. */
export const CONSOLE_PATH = '/console/'
