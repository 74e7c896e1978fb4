/**
 * Which of the platform's rules are enforced for a bot (docs/facts/qq.md 8.3). What is documented or seen in the field
 * is on by default; what would only slow down a test or a demo that is not about it is off.
 */

export interface QqRules {
  /** `msg_id` and `event_id` must exist and belong to whom the message goes to: 40034024, 40034025. */
  readonly ownTickets: boolean;
  /** Answers within 60 min one-to-one and 5 min in a group: 40034005, 40034026. */
  readonly replyWindows: boolean;
  /** 4 answers one-to-one, 5 in a group: 40034128. */
  readonly replyCounts: boolean;
  /** One `msg_seq` of a ticket counts once: 40054005. */
  readonly uniqueSeq: boolean;
  /** Only some kinds of event may be answered: 40034027. */
  readonly replyEvents: boolean;
  /** Whether an INTERACTION_CREATE is answered by its outer id alone, or by `d.id` as well (the documents differ). */
  readonly interactionTicket: 'outer' | 'either';
  /** One-to-one pushes: 40034105 for `refused`, 40034102 for `withdrawn`. */
  readonly pushes: 'granted' | 'refused' | 'withdrawn';
  /** Pushes to a group whose owner allows them; otherwise 40034105 in every group. */
  readonly groupPushes: boolean;
  /** 「允许主动发送」 of each person, and of each group: 40054013. */
  readonly pushSwitch: boolean;
  /** Pushes go to friends alone: 40054004. */
  readonly friendship: boolean;
  /** 20 a minute and 1000 a day to one person: 40034100. */
  readonly pushQuotaOfUser: boolean;
  /** All pushes of the bot together, 5/s and 30/min or 10/s: 40034100. */
  readonly pushQuotaOfBot: 'none' | 'unverified' | 'verified';
  /** `is_wakeup`: one in each period since the person last wrote, 40034122, 40034123; else it passes always. */
  readonly wakeupPeriods: boolean;
  /** Whatever looks like an address of a host that is not registered: 40054010. */
  readonly urls: boolean;
  readonly registeredHosts: readonly string[];
  /** 40054007. The platform names no number. */
  readonly maxCharacters: number | null;
  readonly maxBytes: number | null;
  /** One report: longer texts arrive cut, with HTTP 200. */
  readonly cutAtBytes: number | null;
  /** 40034127 without it. */
  readonly markdown: boolean;
  /** Content beside markdown, and a keyboard without it: 40034011, 22006. */
  readonly markdownAlone: boolean;
  /** Files (`file_type` 4) one-to-one; in groups never. 11253 without it. */
  readonly files: boolean;
  /** Pictures (`file_type` 1). */
  readonly pictures: boolean;
  /** Rows, buttons, labels, ids: 40034029. */
  readonly keyboardLimits: boolean;
  /** An interaction is answered once, and in time: 630001. Without it any answer gets its 204. */
  readonly answerOnce: boolean;
  /** `GET /gateway`; the platform's number is 2. HTTP 429 and 100017. */
  readonly gatewayCallsPerMinute: number | null;
  /** Sessions a day: op 9 and 4903. */
  readonly sessionStarts: number | null;
  /** 4008. The platform's number is `max_concurrency`, 1. */
  readonly identifiesPer5s: number | null;
  readonly expiresIn: 'string' | 'number';
  /** A token that is wrong or too old, in Identify or Resume: 4004, or op 9 and 4903. */
  readonly badToken: 'close' | 'op9';
  /** A session that nobody knows any more. */
  readonly unknownSession: 4006 | 4902 | 'op9';
  /** `minimal`: the few fields that old events had; a quote is told by its elements alone. */
  readonly events: 'full' | 'minimal';
}

export const DEFAULT_RULES: QqRules = {
  ownTickets: true,
  replyWindows: true,
  replyCounts: true,
  uniqueSeq: true,
  replyEvents: true,
  interactionTicket: 'outer',
  pushes: 'granted',
  groupPushes: false,
  pushSwitch: true,
  friendship: true,
  pushQuotaOfUser: true,
  pushQuotaOfBot: 'none',
  wakeupPeriods: true,
  urls: true,
  registeredHosts: [],
  maxCharacters: 5_000,
  maxBytes: null,
  cutAtBytes: null,
  markdown: true,
  markdownAlone: true,
  files: true,
  pictures: true,
  keyboardLimits: true,
  answerOnce: true,
  gatewayCallsPerMinute: null,
  sessionStarts: 1_500,
  identifiesPer5s: null,
  expiresIn: 'string',
  badToken: 'close',
  unknownSession: 4006,
  events: 'full',
};
