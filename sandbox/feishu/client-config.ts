/** What the platform tells its clients; counts and seconds. */
export interface ClientConfig {
  /** -1: try for ever. */
  readonly ReconnectCount: number;
  readonly ReconnectInterval: number;
  /** A client waits a random part of this before it tries again. */
  readonly ReconnectNonce: number;
  readonly PingInterval: number;
}

export const DEFAULT_CLIENT_CONFIG: ClientConfig = {
  ReconnectCount: -1,
  ReconnectInterval: 120,
  ReconnectNonce: 30,
  PingInterval: 120,
};
