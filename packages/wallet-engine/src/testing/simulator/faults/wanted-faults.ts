/** Faults that every run has, whatever its seed draws; rare ones would otherwise take thousands of seeds. */
export interface WantedFaults {
  /** Part of the name of a lie that one of two nodes tells. Null: the seed decides. */
  lie: string | null;
  /** Comma-separated parts of event names as in the report. Null: the seed decides. */
  event: string | null;
}

/** Whether the event was asked for. */
export function isWanted({ event }: Pick<WantedFaults, 'event'>, name: string): boolean {
  return event?.split(/, ?/).some((part) => name.includes(part)) ?? false;
}
