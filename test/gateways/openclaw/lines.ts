/** Lines as OpenClaw writes them: into its own file, and on its console. */
export const AT = '2026-11-21T02:30:46.931+00:00';
export const at = Date.parse(AT);

export const json = (
  subsystem: string | null,
  text: string,
  { level = 'INFO', time = AT }: { readonly level?: string; readonly time?: string } = {},
): string =>
  JSON.stringify({
    ...(subsystem === null ? { 0: text } : { 0: JSON.stringify({ subsystem }), 1: text }),
    _meta: {
      runtime: 'node',
      hostname: 'vm',
      date: new Date(Date.parse(time)).toISOString(),
      logLevelId: 3,
      logLevelName: level,
      name: 'openclaw',
      parentNames: ['openclaw'],
    },
    time,
    hostname: 'vm',
    message: text,
  });

/** Its names are shorter there: `[feishu]`, `[health-monitor]`. */
export const consoleLine = (subsystem: string | null, text: string): string =>
  `${AT} ${subsystem === null ? '' : `[${subsystem.slice(subsystem.lastIndexOf('/') + 1)}] `}${text}`;
