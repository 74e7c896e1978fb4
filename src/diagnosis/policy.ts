import { platformOf } from './link-name.ts';

/** What the facts of a platform say of its links, by the platform's name. All times in milliseconds. */
export interface PlatformTraits {
  /** A lost link may take at least so long to come back. */
  readonly graceMs?: number;
  /** The longest pause between two tries to connect, with the time a try takes. */
  readonly retryHorizonMs?: number;
  /** The platform itself ends each connection about so often. */
  readonly routineCloseMs?: number;
  /** It has no connection that could be lost, only a listener. */
  readonly listens?: true;
  /**
   * Its loss and its login were seen for real, so that the gateway may be restarted for it. Without that it is restarted
   * only for a link that is over by the gateway's own words (`rules/link-over.ts`).
   */
  readonly restarts: boolean;
  /** Each try that fails has a line of its own, and so has each login: silence after a loss means that nothing is tried. */
  readonly logsTries?: true;
}

/** How patient the diagnosis is. All times in milliseconds. */
export interface DiagnosisPolicy {
  /** How long a lost link may take to come back, by link name. */
  readonly linkGraceMs: Readonly<Record<string, number>>;
  /** The same for links that are not named. */
  readonly defaultLinkGraceMs: number;
  /** How long a start may take until the gateway is ready. */
  readonly startGraceMs: number;
  /**
   * How long the process must be missing where nobody knows who keeps it; a restart by somebody else has such a gap.
   */
  readonly goneGraceMs: number;
  /** The same where nobody keeps it and a signal ended it: people type `pkill …; sleep 2; nohup …`. */
  readonly handGraceMs: number;
  /**
   * The same where it ended without a word; 0 for a gateway that logs every signal it can, so that this was a kill or a
   * crash.
   */
  readonly quietEndMs: number;
  /** How long all links must have been cut off until the network is blamed. */
  readonly networkGraceMs: number;
  /** How long a stop may be in progress before it no longer excuses anything. */
  readonly stopGraceMs: number;
  /** The same for an update. */
  readonly updateGraceMs: number;
  /** So many losses within the window are flapping, however short each was. */
  readonly flapping: { readonly losses: number; readonly windowMs: number };
  /** How long the gateway's own healing of a lost link is waited for, where that is longer than the link's grace. */
  readonly ownHealingMs: number;
  /**
   * How long a link may be on its way before it counts as deaf, where the gateway shows that state; null: as long as a
   * lost one.
   */
  readonly connectMs: number | null;
  /** How often one link may be restarted alone before the whole gateway is; null: this gateway offers no such thing. */
  readonly linkRestarts: { readonly most: number; readonly windowMs: number } | null;
  /**
   * The gateway's longest pause between two tries to connect, with the time a try takes: silence beyond it means that
   * it no longer tries.
   */
  readonly retryHorizonMs: number;
  /**
   * How long its memory may be over the limit until it is restarted though it may be at work; null: it is restarted only
   * when it is idle.
   */
  readonly memoryBusyMs: number | null;
  /** What is known of the platforms; of others a restart is as good as of any. */
  readonly platforms: Readonly<Record<string, PlatformTraits>>;
  /** No process of it is ever looked for: it is as its links and checks are. */
  readonly unseen: boolean;
}

/**
 * How long something may last before it counts as trouble, unless the configuration says otherwise: `watch.grace`
 * takes its defaults from here (docs/architecture.md#rules-of-judgement).
 */
export const DEFAULT_GRACE = {
  linkGraceMs: { qqbot: 120_000, feishu: 300_000 },
  defaultLinkGraceMs: 180_000,
  startGraceMs: 180_000,
  /** How long the event loop may be silent. */
  frozenGraceMs: 90_000,
  // A service manager waits up to 30 s before it starts a gateway again, and that then needs time for its first word.
  goneGraceMs: 60_000,
  stopGraceMs: 180_000,
  networkGraceMs: 120_000,
} as const;

/**
 * What no configuration changes, and the graces above. The retry horizon is the Feishu SDK's 120 s pause with its
 * jitter and time-outs; it is well above QQ's 60 s.
 */
export const DEFAULT_POLICY: DiagnosisPolicy = {
  linkGraceMs: DEFAULT_GRACE.linkGraceMs,
  defaultLinkGraceMs: DEFAULT_GRACE.defaultLinkGraceMs,
  startGraceMs: DEFAULT_GRACE.startGraceMs,
  goneGraceMs: DEFAULT_GRACE.goneGraceMs,
  handGraceMs: 10_000,
  quietEndMs: 0,
  networkGraceMs: DEFAULT_GRACE.networkGraceMs,
  stopGraceMs: DEFAULT_GRACE.stopGraceMs,
  updateGraceMs: 1_800_000,
  flapping: { losses: 5, windowMs: 600_000 },
  retryHorizonMs: 240_000,
  platforms: { qqbot: { retryHorizonMs: 110_000, routineCloseMs: 1_800_000, restarts: true } },
  ownHealingMs: 0,
  connectMs: null,
  linkRestarts: null,
  memoryBusyMs: null,
  unseen: false,
};

export const graceOf = (policy: DiagnosisPolicy, link: string): number =>
  Math.max(
    policy.ownHealingMs,
    policy.linkGraceMs[link] ??
      policy.linkGraceMs[platformOf(link)] ??
      Math.max(policy.platforms[platformOf(link)]?.graceMs ?? 0, policy.defaultLinkGraceMs),
  );

export const retryHorizonOf = (policy: DiagnosisPolicy, link: string): number =>
  policy.platforms[platformOf(link)]?.retryHorizonMs ?? policy.retryHorizonMs;

export const mayRestart = ({ platforms }: DiagnosisPolicy, link: string): boolean =>
  platforms[platformOf(link)]?.restarts ?? true;
