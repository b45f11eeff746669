/** One server-sent message, or a comment. */
export interface StreamPart {
  readonly kind: 'data' | 'comment';
  readonly text: string;
}

export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  /** The messages received so far. */
  readonly parts: StreamPart[];
  /** Resolves when the server ends the stream; rejects if the connection breaks. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Reads server-sent events as they arrive. */
export async function openEventStream(url: string, cookie = ''): Promise<OpenStream> {
  const controller = new AbortController();
  const response = await fetch(url, { headers: { cookie }, signal: controller.signal });
  const parts: StreamPart[] = [];
  return {
    status: response.status,
    headers: response.headers,
    parts,
    ended: readParts(response, parts),
    close: () => controller.abort(),
  };
}

async function readParts(response: Response, parts: StreamPart[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of response.body ?? []) {
    rest += decoder.decode(piece, { stream: true });
    const frames = rest.split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const isData = frame.startsWith('data: ');
      parts.push({ kind: isData ? 'data' : 'comment', text: isData ? frame.slice(6) : frame });
    }
  }
}
