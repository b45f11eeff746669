/** Variants of one answer; at least two, so that asking again does not repeat it. */
export type Lines = readonly [string, string, ...string[]];
