/** A key of the service account leased to one process. 0 is the account's own key. */
export interface LeasedLane {
  laneNumber: number;
  publicKey: string;
  /** The last nonce used, 0 when none was. */
  nonce: number;
  fencingToken: number;
}

/** Lanes are shared by all processes through the database, one holder at a time. */
export interface LaneStore {
  /** Every lane ever added, whoever holds it, by number. */
  readLanes(): Promise<{ laneNumber: number; publicKey: string; nonce: number }[]>;

  /** Makes lane 0 the account's own key; another key starts again without a nonce. */
  addOwnKey(lane: { publicKey: string }): Promise<void>;

  /** Lanes nobody holds whose transactions wait for an outcome. */
  readOrphanedLanes(at: { nowMs: number }): Promise<number[]>;

  /**
   * Takes up to `limit` lanes nobody holds, out of those named.
   * @returns the lanes taken, each with a new fencing token; may be empty.
   */
  leaseLanes(lease: {
    holder: string;
    laneNumbers: number[];
    limit: number;
    nowMs: number;
    leaseDurationMs: number;
  }): Promise<LeasedLane[]>;

  /** @returns the numbers of the lanes still held. */
  renewLanes(renewal: {
    holder: string;
    lanes: Pick<LeasedLane, 'laneNumber' | 'fencingToken'>[];
    nowMs: number;
    leaseDurationMs: number;
  }): Promise<number[]>;

  /** Lanes lost meanwhile are passed over. */
  releaseLanes(release: {
    holder: string;
    lanes: Pick<LeasedLane, 'laneNumber' | 'fencingToken'>[];
  }): Promise<void>;
}
