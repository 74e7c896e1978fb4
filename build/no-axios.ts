/**
 * What the vendor's SDK gets for axios in the package. Lifeline gives each client of the SDK a way of its own to make
 * calls (`src/channels/feishu/link/connection.ts`), so that nothing of axios is ever used; it is 300 kB, and loads a
 * further 10 MB of Node.
 */
const interceptors = { use: (): void => undefined };

export default { create: (): object => ({ interceptors: { request: interceptors, response: interceptors } }) };

export class AxiosError extends Error {}
