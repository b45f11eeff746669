export interface SourcePatch {
  /** Below `packages/wallet-engine/src/`. */
  file: string;
  /** Occurs there exactly once. */
  find: string;
  replace: string;
}

/** A deliberate defect: a copy of the engine is patched, and the simulator must report it. */
export interface ProtocolDefect extends SourcePatch {
  name: string;
  /** The violation that proves it: any other says nothing about the removed guard. */
  reportedAs: RegExp;
  /** Further patches, where a second guard would hide the defect. */
  also?: SourcePatch[];
  /** Part of the name of a lie told in every run: without it too few seeds reach the guard. */
  lie?: string;
  /** Why no run can show it: only unit tests cover the guard. Skipped unless selected by name. */
  unseen?: string;
  /** Comma-separated parts of names of events that happen in every run. */
  event?: string;
}
