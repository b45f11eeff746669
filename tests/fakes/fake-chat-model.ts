import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model does with one request. */
export type ModelTurn = (turn: {
  readonly request: ModelRequest;
  /** Sends a piece of the reply. */
  readonly say: (piece: string) => void;
  /** Sends a piece of what it thinks, as servers do that tell it apart. */
  readonly think: (piece: string) => void;
  readonly end: (reason?: 'stop' | 'length' | 'content_filter') => void;
  /** Answers with an error instead of a stream. */
  readonly refuse: (status: number) => void;
  /** Cuts the connection. */
  readonly cut: () => void;
}) => void;

export interface ModelRequest {
  readonly authorization: string | undefined;
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Resolves when the caller has gone away. */
  readonly left: Promise<void>;
}

export interface FakeChatModel {
  readonly baseUrl: string;
  readonly requests: readonly ModelRequest[];
  /** For the requests that follow. */
  behave(turn: ModelTurn): void;
  close(): Promise<void>;
}

/** A server on loopback that speaks the stream of OpenAI's chat completions. */
export async function startFakeChatModel(first: ModelTurn): Promise<FakeChatModel> {
  const requests: ModelRequest[] = [];
  let turn = first;
  const server = createServer(async (message, response) => {
    const request = await readRequest(message, response);
    requests.push(request);
    turn({
      request,
      say: (piece) => send(response, request, { content: piece }),
      think: (piece) => send(response, request, { reasoning_content: piece }),
      end: (reason = 'stop') => {
        send(response, request, {}, reason);
        response.end('data: [DONE]\n\n');
      },
      refuse: (status) => {
        response.writeHead(status, {
          'Content-Type': 'application/json',
          // Asked again, it is asked at once: tests do not wait for a polite pause.
          'retry-after-ms': '5',
        });
        response.end(JSON.stringify({ error: { message: 'refused', type: 'test', code: null } }));
      },
      cut: () => response.destroy(),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    behave(next) {
      turn = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readRequest(
  message: IncomingMessage,
  response: ServerResponse,
): Promise<ModelRequest> {
  let body = '';
  for await (const chunk of message) body += chunk;
  const { model, messages } = JSON.parse(body) as Pick<ModelRequest, 'model' | 'messages'>;
  const left = new Promise<void>((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  return { authorization: message.headers.authorization, model, messages, left };
}

function send(
  response: ServerResponse,
  { model }: ModelRequest,
  delta: { content?: string; reasoning_content?: string },
  finishReason: string | null = null,
): void {
  if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  const chunk = { id: 'chat-1', object: 'chat.completion.chunk', created: 1, model, choices };
  response.write(`data: ${JSON.stringify(chunk)}\n\n`);
}
