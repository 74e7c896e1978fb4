/** The body of an HTTP answer, and never more of it than is wanted: whoever answers decides how much there is. */

export interface Body {
  readonly text: string;
  /** False: there was more, and the rest was not read. */
  readonly whole: boolean;
}

/**
 * The most that any platform has to say to one call of Lifeline's: receipts and refusals, a few kB.
 * Longer answers come from something else.
 */
export const MOST_ANSWER_BYTES = 1_048_576;

/**
 * @returns at most the first `mostBytes`; reading ends there, which ends the connection. @throws the connection's
 * error.
 */
export const readBody = async (
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  mostBytes: number,
): Promise<Body> => {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    read.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) break;
  }
  return { text: new TextDecoder().decode(Buffer.concat(read, Math.min(bytes, mostBytes))), whole: bytes <= mostBytes };
};
