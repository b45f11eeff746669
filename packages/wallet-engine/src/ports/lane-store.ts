/** A key of the service account leased to one process. 0 is the account's own key. */
export interface LeasedLane {
  laneNumber: number;
  publicKey: string;
  /** The last nonce used, 0 when none was. */
  nonce: number;
  /** Its key was missing on the account and was added again; since then it has signed nothing. */
  isAddedAgain: boolean;
  fencingToken: number;
}

/** A lease as it was read. */
export interface FarLease {
  laneNumber: number;
  fencingToken: number;
  leasedUntilMs: number;
}

/** Lanes are shared by all processes through the database, one holder at a time. */
export interface LaneStore {
  /** Every lane ever added, held or not, by number. */
  readLanes(): Promise<Omit<LeasedLane, 'fencingToken'>[]>;

  /** Makes lane 0 the account's own key; another key starts again without a nonce. */
  addOwnKey(lane: { publicKey: string }): Promise<void>;

  /**
   * Stores what the chain shows of lanes: missing lanes are added, a nonce that is behind is raised. A
   * number that has another key here stays as it is.
   */
  adoptLanes(lanes: { laneNumber: number; publicKey: string; nonce: number }[]): Promise<void>;

  /** Unheld lanes whose transactions wait for an outcome. */
  readOrphanedLanes(at: { nowMs: number }): Promise<number[]>;

  /**
   * Takes up to `limit` unheld lanes out of those named.
   * @returns the lanes taken, each with a new fencing token; may be empty.
   */
  leaseLanes(lease: {
    holder: string;
    laneNumbers: number[];
    limit: number;
    nowMs: number;
    leaseDurationMs: number;
  }): Promise<LeasedLane[]>;

  /** Leases that expire implausibly late: written by a machine whose clock is far ahead. */
  readFarLeases(beyond: { beyondMs: number }): Promise<FarLease[]>;

  /** Ends those that are still as they were read. */
  endFarLeases(end: { leases: FarLease[]; nowMs: number }): Promise<void>;

  /** How many of these lanes each process holds; those that hold none are left out. */
  countHeldLanes(count: {
    laneNumbers: number[];
    nowMs: number;
  }): Promise<{ holder: string; lanes: number }[]>;

  /**
   * Takes up to `limit` of these lanes from other processes, first from those that hold most, and
   * leaves each at least `leaveEach`. The previous holder notices by its outdated fencing token, at the
   * next sign commit at the latest.
   * @returns the lanes taken, each with a new fencing token; may be empty.
   */
  takeHeldLanes(take: {
    holder: string;
    laneNumbers: number[];
    limit: number;
    leaveEach: number;
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

  /** Lanes lost meanwhile are skipped. */
  releaseLanes(release: {
    holder: string;
    lanes: Pick<LeasedLane, 'laneNumber' | 'fencingToken'>[];
  }): Promise<void>;
}
