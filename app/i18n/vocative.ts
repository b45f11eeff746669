/** Friends call each other with 아 or 야, by the last sound; a name of other letters stands alone. */
export function vocative(name: string): string {
  const last = name.charCodeAt(name.length - 1) - 0xac00;
  if (last < 0 || last >= 11_172) return name;
  return `${name}${last % 28 === 0 ? '야' : '아'}`;
}
