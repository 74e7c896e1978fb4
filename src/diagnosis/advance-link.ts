/** Folds one fact about a link into what is known of it. */
import { instantOf } from '../base/instant.ts';
import type { Evidence, LinkFact } from './evidence.ts';
import { areSeveral, lostOne, opened } from './connections.ts';
import { healed, heardSince, lostAgain } from './losses.ts';
import { announcesTry } from './rules/failures.ts';
import { canSettle, isClaimedIll, isHearsay, isUncontested, newLink, NO_CONNECTIONS, type LinkState } from './state.ts';

const REMEMBERED = 50;
const MOST_HOSTS = 2;
const AT_ONCE_MS = 10_000;
const STILL_AT_WORK_MS = 10_000;

/** What a fact tells for good, of whatever life it is. */
export const withLasting = (link: LinkState, fact: LinkFact): LinkState => {
  if (fact.kind !== 'link-login' && fact.kind !== 'link-host') return link;
  const { host } = fact;
  return {
    ...link,
    loginsVisible: link.loginsVisible || fact.kind === 'link-login',
    hosts:
      host === undefined || link.hosts[0] === host
        ? link.hosts
        : [host, ...link.hosts.filter((other) => other !== host)].slice(0, MOST_HOSTS),
  };
};

/** What somebody else says of it, and so nothing of whether its restart was carried out. */
const FROM_OUTSIDE: ReadonlySet<LinkFact['kind']> = new Set([
  'link-treated',
  'link-host',
  'link-reachable',
  'link-silent',
  'link-claim',
]);
/** Clocks of two processes differ by less than this. */
const SLACK_MS = 2_000;

/**
 * After any restart, whoever made it, nothing older counts: also after one of this link alone, once it was carried out.
 */
const begunAnew = (link: LinkState, { at }: Evidence, { kind }: LinkFact): LinkState => {
  const treatedAt = link.treated.at(-1)?.at ?? Infinity;
  return link.awaited && !FROM_OUTSIDE.has(kind) && at >= treatedAt - SLACK_MS
    ? { ...newLink(treatedAt, link), losses: link.losses, downSince: link.downSince }
    : link;
};

export const advanceLink = (before: LinkState, evidence: Evidence, fact: LinkFact): LinkState => {
  if (isOutweighed(before, evidence))
    return fact.kind === 'link-login' ? { ...before, heard: before.heard ?? evidence } : before;
  const link = withLasting(begunAnew(settledAt(before, evidence.at), evidence, fact), fact);
  if (fact.kind === 'link-open' && saysSoAllTheSame(link, evidence)) return link;
  const next = folded(link, evidence, fact);
  if (FROM_OUTSIDE.has(fact.kind)) return next;
  const settles = settlesMsOf(fact) === null ? null : evidence;
  return next.settles === settles ? next : { ...next, settles };
};

/** That it is open or logged in is hearsay, and the gateway's own state file says otherwise. */
const isOutweighed = (link: LinkState, { fact }: Evidence): boolean =>
  isHearsay(fact) && fact.kind !== 'link-lost' && isClaimedIll(link);

const settlesMsOf = (fact: Evidence['fact']): number | null => ('settlesMs' in fact ? (fact.settlesMs ?? null) : null);

/** When silence will have proven a login; null: it proves nothing. */
export const settlesAt = (link: LinkState): number | null => {
  const { settles } = link;
  const ms = settles === null ? null : settlesMsOf(settles.fact);
  // What a person must mend is not over because nothing is said of it; a new start may be.
  const ended = (link.rejected ?? link.gaveUp) !== null && settles?.fact.kind !== 'link-open';
  return settles === null || ms === null || ended || !canSettle(link) ? null : settles.at + ms;
};

/** @returns the link as it is at a time: logged in, once nothing has spoken against that for long enough. */
export const settledAt = (link: LinkState, now: number): LinkState => {
  const [at, { settles }] = [instantOf(settlesAt(link) ?? NaN), link];
  if (at === null || settles?.link == null || now < at) return link;
  const { source, text } = settles;
  const silence: Evidence = {
    at,
    source,
    text: `no error for ${Math.round((at - settles.at) / 1_000)} s after: ${text}`,
    link: settles.link,
    fact: { kind: 'link-settled' },
  };
  // It was back when it was opened; a link that is opened and lost again and again never was.
  return { ...proven(link, silence), losses: healed(link, settles.at).losses, settles: null };
};

const folded = (link: LinkState, evidence: Evidence, fact: LinkFact): LinkState => {
  switch (fact.kind) {
    case 'link-login': {
      const { connection } = fact;
      if (fact.pauseMs !== undefined && link.loss === null && link.proof?.fact.kind === 'link-login') {
        const downSince = Math.max(link.proof.at, evidence.at - fact.pauseMs);
        return proven({ ...link, losses: lostAgain(link.losses, evidence, false), downSince }, evidence);
      }
      if (connection === undefined) return { ...proven(link, evidence), connections: NO_CONNECTIONS };
      const connections = opened(link.connections, connection);
      const [still] = connections.lost;
      // One is back, another one of several is not.
      if (still) return { ...link, connections, proof: evidence, loss: still.loss, opened: null };
      return { ...proven(link, evidence), connections };
    }
    case 'link-host':
      return link;
    case 'link-settled':
      return proven(link, evidence);
    case 'link-traffic':
      // What came in before a client was ended is still being worked on.
      if (link.dead !== null && evidence.at - link.dead.at < STILL_AT_WORK_MS) return link;
      // It may have come in on the connection that was lost.
      if (fact.lateByMs !== undefined && link.loss !== null && !isOpenFor(link, evidence.at, fact.lateByMs))
        return isSilent(link.loss) ? heardBefore(link, evidence.at - fact.lateByMs) : link;
      // Of which of several connections the message is, the log does not say.
      return link.connections.lost.length > 0 && areSeveral(link.connections)
        ? { ...link, proof: evidence }
        : { ...proven(heardBefore(link, evidence.at), evidence), connections: link.connections };
    case 'link-open':
      return {
        ...link,
        opened: evidence,
        lastTry: evidence,
        closed: null,
        held: null,
        dead: null,
        ended: null,
        // Where logins are not logged and silence proves none, an open socket is all that shows that it is back.
        ...(link.loginsVisible || settlesMsOf(fact) !== null ? {} : healed(link, evidence.at)),
      };
    case 'link-lost': {
      const { connection } = fact;
      if (connection !== undefined && link.connections.replaced.includes(connection)) return link;
      if (fact.perhapsFormer && wasReplaced(link)) return link;
      if (fact.neverSince !== undefined && hasHeldSince(link, fact.neverSince)) return link;
      return {
        ...withLoss(link, evidence),
        dead: fact.dead ? evidence : link.dead,
        ended: fact.ended ? evidence : link.ended,
        failure: fact.met === undefined ? link.failure : failureBy(evidence, fact.met, fact.reason),
        connections: connection === undefined ? link.connections : lostOne(link.connections, connection, evidence),
      };
    }
    case 'link-retrying':
      if (fact.wasLost && link.proof !== null) return withLoss(link, evidence);
      return {
        ...link,
        lastTry: evidence,
        worked: link.worked || fact.hadWorked === true,
        anew: fact.anew ? evidence : link.anew,
        startedAgain: fact.again ? evidence : link.startedAgain,
        closed: null,
        ended: null,
      };
    case 'link-retry-failed':
      return {
        ...(fact.wasLost && link.proof !== null && link.loss === null ? withLoss(link, evidence) : link),
        failure: isSpokenOn(link, evidence.at, fact) ? failureBy(evidence, 'other', fact.error) : evidence,
        // A pause that was announced with the try goes on.
        lastTry: announcedUntil(link.lastTry) > evidence.at ? link.lastTry : evidence,
        opened: null,
        heard: null,
        closed: null,
        ended: null,
      };
    case 'link-gave-up':
      return { ...link, gaveUp: evidence };
    case 'link-rejected':
      return fact.unbegun && (link.proof !== null || link.opened !== null) ? link : { ...link, rejected: evidence };
    case 'link-closed':
      return fact.wanted
        ? { ...newLink(link.since, link), closed: evidence }
        : { ...link, closed: evidence, held: null };
    case 'link-held':
      return { ...link, held: evidence, closed: null };
    case 'link-treated':
      // Until it is heard of, it is as it was: a restart that did nothing must not make it look well.
      return { ...link, treated: [...link.treated, evidence].slice(-REMEMBERED), awaited: true };
    case 'link-needs-attention':
      return { ...link, needsAttention: evidence };
    case 'link-reachable': {
      // A platform has several hosts, asked at the same time: one that answers is enough.
      const answered = link.reachableSince !== null && evidence.at - (link.reachable?.at ?? 0) < AT_ONCE_MS;
      if (answered && !fact.ok) return link;
      return { ...link, reachable: evidence, reachableSince: fact.ok ? (link.reachableSince ?? evidence.at) : null };
    }
    case 'link-silent':
      return { ...link, silent: evidence };
    case 'link-claim':
      // A claim makes the link known; no restart rests on it alone: a state file may say `connected` for days.
      return withOutweighed({ ...link, claim: evidence });
  }
};

/** A login that its state file had outweighed counts once that file says so too. */
const withOutweighed = (link: LinkState): LinkState =>
  link.heard === null || isClaimedIll(link)
    ? link
    : proven(link, { ...link.heard, at: instantOf(Math.max(link.heard.at, link.claim?.at ?? 0)) ?? link.heard.at });

/** Of what was lost before something came in, only a loss since then still stands, where its return has no line. */
const heardBefore = (link: LinkState, at: number): LinkState => {
  if (link.loginsVisible) return link;
  const losses = heardSince(link.losses, at);
  const [first] = losses;
  return losses.length === link.losses.length || first === undefined
    ? { ...link, losses }
    : { ...link, losses, loss: first.first, downSince: first.first.at };
};

const isOpenFor = ({ opened }: LinkState, now: number, ms: number): boolean => opened !== null && now - opened.at >= ms;

const saysSoAllTheSame = ({ failure }: LinkState, { at }: Evidence): boolean =>
  failure?.fact.kind === 'link-retry-failed' && failure.fact.goesOn === true && at - failure.at < AT_ONCE_MS;

/** A link that is lost sooner than this after it was opened has not worked (#20710). */
const WORKED_MS = 60_000;

const failureBy = (
  { at, source, text, link }: Evidence,
  failure: 'platform' | 'network' | 'other',
  error = '',
): Evidence | null =>
  link === null ? null : { at, source, text, link, fact: { kind: 'link-retry-failed', failure, error } };

/** It was lost in this life by another word than this one, and has logged in since: its connection is a new one. */
const wasReplaced = ({ loss, losses, proof }: LinkState): boolean =>
  loss === null &&
  proof?.fact.kind === 'link-login' &&
  losses.some(({ first: { at, fact } }) => at < proof.at && !(fact.kind === 'link-lost' && fact.perhapsFormer));

const hasHeldSince = ({ proof, loss }: LinkState, since: number): boolean =>
  loss === null && proof !== null && proof.at >= since;

const withLoss = (link: LinkState, evidence: Evidence): LinkState => {
  // One loss often has several lines; the next one begins when it had been open again, and what comes back without a
  // word was open again where it is closed a second time.
  const again = link.loss !== null && link.opened === null && !(isSilent(link.loss) && isSilent(evidence));
  const announced = 'nextInMs' in evidence.fact ? evidence.fact.nextInMs : undefined;
  return {
    ...link,
    loss: link.downSince === null || isWeaker(link.loss, evidence) ? evidence : (link.loss ?? evidence),
    opened: null,
    heard: null,
    worked: link.worked || (link.opened !== null && evidence.at - link.opened.at >= WORKED_MS),
    // What the status says of the loss meanwhile takes nothing back of the next try that the log has announced.
    lastTry: announced === undefined && announcesTry(link) ? link.lastTry : evidence,
    silent: null,
    // Whoever announces a further try has not switched it off.
    closed: announced === undefined ? link.closed : null,
    losses: again ? link.losses : lostAgain(link.losses, evidence, isOwnEnd(link, evidence)),
    downSince: link.downSince ?? evidence.at,
  };
};

const isSpokenOn = (
  { lastTry }: LinkState,
  now: number,
  { unlessSpokenMs = 0 }: Extract<LinkFact, { kind: 'link-retry-failed' }>,
): boolean =>
  lastTry?.fact.kind === 'link-retrying' && lastTry.fact.spoken === true && now - lastTry.at < unlessSpokenMs;

/**
 * The gateway has ended a connection that it had made; where logins are logged one must have been. That a connection is
 * ended while it is made may be for want of an answer.
 */
const isOwnEnd = ({ loginsVisible, downSince }: LinkState, { fact }: Evidence): boolean =>
  fact.kind === 'link-lost' && fact.byItself === true && !(loginsVisible && downSince !== null);

const announcedUntil = (sign: Evidence | null): number =>
  sign?.fact.kind === 'link-retrying' ? sign.at + (sign.fact.nextInMs ?? 0) : -Infinity;

/** Another word of the loss tells more than one after which it may have come back unseen. */
const isSilent = (loss: Evidence | null): boolean =>
  loss?.fact.kind === 'link-lost' && loss.fact.returnsSilently === true;

/** The other word of the loss tells more. */
const isWeaker = (loss: Evidence | null, other: Evidence): boolean =>
  (isSilent(loss) && !isSilent(other)) || (loss !== null && isHearsay(loss.fact) && !isHearsay(other.fact));

/** A proof ends all that spoke against the link; what was seen from outside, and how it was lost, stays. */
const proven = (link: LinkState, evidence: Evidence): LinkState => ({
  ...newLink(link.since, link),
  proof: evidence,
  upBy: goesOn(link, evidence) ? link.upBy : evidence,
  worked: true,
  losses: healed(link, evidence.at).losses,
  anew: link.anew,
  startedAgain: link.startedAgain,
  reachable: link.reachable,
  reachableSince: link.reachableSince,
  claim: link.claim,
});

/** Traffic, and a word that it is still logged in, begin nothing where nothing has spoken against the link since it came up. */
const goesOn = (link: LinkState, { fact }: Evidence): boolean =>
  link.upBy !== null &&
  (fact.kind === 'link-traffic' || (fact.kind === 'link-login' && fact.still === true)) &&
  link.lastTry === null &&
  isUncontested(link);
