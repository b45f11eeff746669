import type { ProtocolDefect, SourcePatch } from './protocol-defect.ts';

/** Reads a file below `packages/wallet-engine/src/`. */
export type ReadSource = (file: string) => string;

/**
 * The files that a defect changes, by their path below `packages/wallet-engine/src/`.
 * @throws when the text of a patch does not occur exactly once
 */
export function patchedFiles(defect: ProtocolDefect, read: ReadSource): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, find, replace } of patchesOf(defect)) {
    const parts = (files.get(file) ?? read(file)).split(find);
    if (parts.length !== 2) {
      throw new Error(`"${defect.name}": its text occurs ${parts.length - 1} times in ${file}`);
    }
    files.set(file, parts.join(replace));
  }
  return files;
}

/** Whether the text of every patch occurs exactly once: false where another defect has changed it. */
export function applies(defect: ProtocolDefect, read: ReadSource): boolean {
  return patchesOf(defect).every(({ file, find }) => read(file).split(find).length === 2);
}

function patchesOf(defect: ProtocolDefect): SourcePatch[] {
  return [defect, ...(defect.also ?? [])];
}
