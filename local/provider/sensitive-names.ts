/**
 * Names whose value is a secret even where neither the program nor the provider's schema marks it. The list is for
 * hiding values in texts, so it may take in too much: no output becomes a secret because of it.
 */
const NAME =
  /(password|passwd|passphrase|auth_?token|secret_?(string|binary|key|access_?key)?|private_?key|user_?data(_?base64)?|credentials?|connection_?string|session_?token|^token)s?(_?wo)?$/i;

/** Whether a property, or a key in a map or a JSON document, is named as secrets are: `masterPassword`, `DB_PASSWORD`, `privateKey`. */
export function isSensitiveName(name: string): boolean {
  return NAME.test(name);
}
