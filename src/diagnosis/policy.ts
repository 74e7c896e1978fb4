/** How patient the diagnosis is. All times in milliseconds. */
export interface DiagnosisPolicy {
  /** How long a lost link may take to come back, by link name. */
  readonly linkGraceMs: Readonly<Record<string, number>>;
  /** The same for links that are not named. */
  readonly defaultLinkGraceMs: number;
  /** How long a start may take until the gateway is ready. */
  readonly startGraceMs: number;
  /** How long the process must be missing; a restart by somebody else has such a gap. */
  readonly goneGraceMs: number;
  /** How long a stop or an update may be in progress before it no longer excuses anything. */
  readonly stopGraceMs: number;
  /** So many losses within the window are flapping, however short each was. */
  readonly flapping: { readonly losses: number; readonly windowMs: number };
  /** The gateway's longest pause between two tries to connect, with the time a try takes: silence beyond it means that it no longer tries. */
  readonly retryHorizonMs: number;
}

/** DESIGN.md, "Rules of judgement"; the retry horizon is Hermes's 60 s pause plus its time-outs (facts/hermes.md 2.1). */
export const DEFAULT_POLICY: DiagnosisPolicy = {
  linkGraceMs: { qqbot: 120_000, feishu: 300_000 },
  defaultLinkGraceMs: 180_000,
  startGraceMs: 180_000,
  goneGraceMs: 10_000,
  stopGraceMs: 180_000,
  flapping: { losses: 5, windowMs: 600_000 },
  retryHorizonMs: 150_000,
};

export const graceOf = (policy: DiagnosisPolicy, link: string): number =>
  policy.linkGraceMs[link] ?? policy.defaultLinkGraceMs;
