// Parses the fields of a flat JSON object: strings, booleans and null. AssemblyScript.

/** The string of a field, or null if it is missing or null. */
export function textField(json: string, name: string): string | null {
  const at = valueOf(json, name);
  if (at < 0 || json.charCodeAt(at) != 34) return null;
  let text = "";
  for (let i = at + 1; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code == 34) return text;
    if (code == 92) i++;
    text += json.charAt(i);
  }
  return null;
}

/** Whether a field is `true`. */
export function isTrue(json: string, name: string): bool {
  const at = valueOf(json, name);
  return at >= 0 && json.substr(at, 4) == "true";
}

/** A text with its quotes. */
export function quoted(text: string): string {
  return '"' + text.replaceAll("\\", "\\\\").replaceAll('"', '\\"') + '"';
}

/** Where the value of a field begins, or -1. */
function valueOf(json: string, name: string): i32 {
  const at = json.indexOf('"' + name + '"');
  if (at < 0) return -1;
  let position = at + name.length + 2;
  while (position < json.length && isBetween(json.charCodeAt(position))) position++;
  return position;
}

function isBetween(code: i32): bool {
  return code == 58 || code == 32 || code == 10 || code == 13 || code == 9;
}
