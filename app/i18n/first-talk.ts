interface Choice {
  readonly say: string;
  readonly reply: string;
}

type Choices = readonly [Choice, Choice, Choice];

/** The conversation on the first page: whatever was chosen before, the next step fits. */
export interface FirstTalk {
  /** The character's first words. */
  readonly opening: string;
  readonly steps: readonly [Choices, Choices, Choices];
}
