/**
 * What a test needs: a NEAR node in the test's process ({@link createDevnet}) or over HTTP ({@link startDevnetServer}),
 * the accounts of its genesis, and faults to inject. The README has examples.
 */
export { createDevnet, type Devnet, type DevnetOptions } from './node/devnet.ts';
export {
  type DevnetServer,
  type DevnetServerOptions,
  startDevnetServer,
} from './node/devnet-server.ts';
export type { Inspection } from './node/inspection.ts';
export { ConnectionLostError, type FaultRule, Faults } from './rpc/faults.ts';
export { withFaults } from './rpc/faulty-rpc.ts';
export { type RequestSubject, readSubject } from './rpc/request-subject.ts';
export type { RpcAnswer } from './rpc/rpc.ts';
export { DataError } from './rules/data-errors.ts';
export {
  CHOCO_TOKEN,
  createGenesis,
  DEVELOPMENT_ACCOUNTS,
  developmentKey,
  FAUCET_ACCOUNT,
  type Genesis,
  type GenesisToken,
  ROOT_ACCOUNT,
  SERVICE_ACCOUNT,
  TEST_TOKEN,
} from './rules/genesis.ts';
export { DEFAULT_PROTOCOL_CONFIG, type ProtocolConfig } from './rules/protocol-config.ts';
