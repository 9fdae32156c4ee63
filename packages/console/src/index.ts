/** The console of pocket-hsm, a web page, as files and a handler that serves them. */

export {
  type ConsoleHandler,
  type ConsoleHandlerOptions,
  createConsoleHandler,
} from './files/console-handler.ts'
export { CONSOLE_POLICY, consoleHeaders } from './files/console-headers.ts'
