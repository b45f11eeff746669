/** Sends one JSON-RPC body to an endpoint; rejects when nothing came back in time. */
export type RpcTransport = (call: {
  url: string;
  body: unknown;
  timeoutMs: number;
}) => Promise<{ httpStatus: number; body: string }>;
