/** Ways to say one thing: at least two, so that asked again it is not the same. */
export type Lines = readonly [string, string, ...string[]];
