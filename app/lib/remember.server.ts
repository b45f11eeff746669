const memory = globalThis as typeof globalThis & { choonsimSingletons?: Map<string, unknown> };

/**
 * Creates a value once per process. The development server reloads changed modules; whatever holds a
 * file, a timer or a connection must not exist twice then.
 */
export function remember<Value>(name: string, make: () => Value): Value {
  memory.choonsimSingletons ??= new Map();
  const singletons = memory.choonsimSingletons;
  if (!singletons.has(name)) singletons.set(name, make());
  return singletons.get(name) as Value;
}

/** Has these values made again at their next use. The caller has ended whatever the old ones do. */
export function forget(names: readonly string[]): void {
  for (const name of names) memory.choonsimSingletons?.delete(name);
}
