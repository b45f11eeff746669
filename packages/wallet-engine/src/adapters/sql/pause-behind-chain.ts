/** Pauses everybody because the database lacks what is on chain. Ends in a condition; `:now` is the time. */
export const pauseBehindChain = `UPDATE "Deployment" SET "pauseReason" = 'DATABASE_BEHIND_CHAIN', "pausedAt" = :now
  WHERE "pauseReason" IS DISTINCT FROM 'DATABASE_BEHIND_CHAIN'`;
