/** A call whose receiver is made later than its caller. Calls before that reach nobody: nothing has begun by then. */
export interface LateCall<A extends readonly unknown[]> {
  readonly call: (...args: A) => void;
  /** From now on. */
  readonly to: (receiver: (...args: A) => void) => void;
}

export const createLateCall = <A extends readonly unknown[] = []>(): LateCall<A> => {
  let receive: ((...args: A) => void) | null = null;
  return {
    call: (...args) => receive?.(...args),
    to: (receiver) => {
      receive = receiver;
    },
  };
};
