/** The kinds of gateways by their names in the configuration. */
export const KIND_NAMES = ['hermes', 'openclaw', 'generic'] as const;
export type KindName = (typeof KIND_NAMES)[number];
