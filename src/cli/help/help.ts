/** The longer parts of `--help`. What `--json` prints is a contract: fields may be added, none changes its meaning. */

export const STATUS_JSON = `
--json, for each gateway:
  kind "gateway", name, ok (it is up, and nothing of it needs anybody), problem (why it could not be looked at, else null),
  condition, cause, remedy, since, links [{ name, condition, cause, remedy, since,
  lastAskedAt, lastAnsweredAt (when people were last heard and answered, as far as the log tells) }],
  process { pid, startedAt, memoryBytes } or null, resources { memory { bytes, by, processes, limitBytes, limitOf },
  files { open, limit, pid }, disk { freeBytes, allBytes } (each null where it is not known),
  sidecars [{ link, pid, startedAt }] (processes beside it that hold a link; pid null: not running) },
  supervisor { name, unit } or null, supervisorProblem,
  restarts { lastHour, perHour, lastDay, perDay }, openIncident (its number or null),
  decision { act, why } (what Lifeline would do about it), judgedAt, problems (what could not be looked at),
  logDoubts [{ path, why, line }] (logs that are read and tell nothing)
then Lifeline itself:
  kind "lifeline", running, runningSince, aliveAt (its last sign of life), undelivered, stuck { count, oldestAt },
  channels [{ name, downSince }], store ("disk" or "memory"), storeBytes
Times are ISO 8601 with an offset, null where there is none. Exit code 1: a gateway is not ok, or alerts are stuck.`;

export const INCIDENTS_JSON = `
--json: id, gateway, link (null: the gateway itself), severity, condition, cause, since, openedAt, wellSince, closedAt,
  end (null while it is open), detectMs, healMs, outMs, outages, acknowledged { by, at } or null,
  treatments [{ remedy, outcome, requestedBy, startedAt, endedAt, rungs }]; with a number also timeline [{ at, what, … }]
Times are ISO 8601 with an offset.`;

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const COMPLETION_SETUP = `
bash:        echo 'source <(lifeline completion bash)' >> ~/.bashrc
zsh:         echo 'source <(lifeline completion zsh)' >> ~/.zshrc   (below compinit)
fish:        lifeline completion fish > ~/.config/fish/completions/lifeline.fish
powershell:  lifeline completion powershell >> $PROFILE`;
