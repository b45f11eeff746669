/** What programs need to run at all; secrets have other names. */
const NEEDED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TERM|TMPDIR|TEMP|TMP|CI|NO_COLOR|FORCE_COLOR)$/;

/**
 * The environment for a program that we start: what it needs and what it is given, nothing of what this
 * process was configured with.
 */
export function cleanEnvironment(given: Record<string, string> = {}): NodeJS.ProcessEnv {
  const needed = Object.entries(process.env).filter(([name]) => NEEDED.test(name));
  return { ...Object.fromEntries(needed), ...given };
}
