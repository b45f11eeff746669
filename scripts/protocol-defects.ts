import { lanesDefects } from './defects/lanes.ts';
import { outcomesDefects } from './defects/outcomes.ts';
import { proofsDefects } from './defects/proofs.ts';
import type { ProtocolDefect } from './defects/protocol-defect.ts';
import { restoresDefects } from './defects/restores.ts';
import { settingsDefects } from './defects/settings.ts';
import { signCommitDefects } from './defects/sign-commit.ts';
import { stockDefects } from './defects/stock.ts';
import { vaultDefects } from './defects/vault.ts';
import { walletsDefects } from './defects/wallets.ts';

/** All known defects, in the order of the table in docs/exactly-once.md. */
export const protocolDefects: ProtocolDefect[] = [
  ...signCommitDefects,
  ...outcomesDefects,
  ...proofsDefects,
  ...walletsDefects,
  ...lanesDefects,
  ...restoresDefects,
  ...vaultDefects,
  ...settingsDefects,
  ...stockDefects,
];
