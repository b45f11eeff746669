/** Dangers that every run has, whatever its seed draws: what is rare would take thousands of seeds else. */
export interface WantedDangers {
  /** Part of the name of a lie that one of two nodes tells. Null: as the seed says. */
  lie: string | null;
  /** Parts of the names of events, as the report counts them, with commas between. Null: as the seed says. */
  event: string | null;
}

/** Whether an event is the wanted one. */
export function isWanted({ event }: Pick<WantedDangers, 'event'>, name: string): boolean {
  return event?.split(', ').some((part) => name.includes(part)) ?? false;
}
