/** A call whose receiver is made later than its caller. Calls before that reach nobody: nothing has begun by then. */
export interface Relay<A extends readonly unknown[]> {
  readonly call: (...args: A) => void;
  /** From now on. */
  readonly to: (receiver: (...args: A) => void) => void;
}

export const createRelay = <A extends readonly unknown[] = []>(): Relay<A> => {
  let receive: ((...args: A) => void) | null = null;
  return {
    call: (...args) => receive?.(...args),
    to: (receiver) => {
      receive = receiver;
    },
  };
};
