/** Tells what stands in a secret's place and is none: a variable, an example of the documentation, a marker. */

/** The rest of a word is a variable, or says that something goes here. */
const TEMPLATE =
  /^(?:\$\{?[\w.:-]*\}?|\$\([^)]*\)?|\{\{?[^{}]*\}?\}|%\(?\w*\)?[sd%]?|\[[^\]]*\]|\*+|x+|\.+|…|your[\w.-]*)$/i;

/** Passwords that everybody knows keep nothing. */
const NO_SECRETS: ReadonlySet<string> = new Set([
  "pass",
  "passwd",
  "password",
  "pwd",
  "secret",
  "token",
  "changeme",
  "example",
  "postgres",
  "root",
  "admin",
  "user",
  "guest",
  "test",
]);

/** `before` is what stands before the secret and belongs to it: the user of a URL. */
export function isPlaceholder(secret: string, before: string): boolean {
  if (secret.endsWith("EXAMPLE") || secret.endsWith("EXAMPLEKEY")) return true;
  return TEMPLATE.test(secret) || NO_SECRETS.has(secret.toLowerCase()) || isUserAgain(secret, before);
}

/** `redis:redis@localhost`. */
function isUserAgain(secret: string, before: string): boolean {
  return before === `://${secret}:`;
}
