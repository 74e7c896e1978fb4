/** A replay leaves out judging ordinary talk: it must tell what it would tell if each piece of evidence were judged. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { ConversationFact, Evidence, GatewayFact, LinkFact, LinkName } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { isAtEase, isCalm, isOrdinaryPiece } from '../../src/diagnosis/ordinary.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState } from '../../src/diagnosis/state.ts';
import { createTalk } from '../../src/diagnosis/talk.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { policyForKind } from '../../src/monitor/gateway/policy-for-kind.ts';
import { createToldChanges } from '../../src/monitor/told-changes.ts';
import { extent } from '../deep.ts';
import { instant } from '../instant.ts';

const POLICY = policyForKind(DEFAULT_POLICY, hermes);
const BEGIN = Date.UTC(2026, 10, 21);

type Told = { readonly link: LinkName; readonly fact: LinkFact } | { readonly link: null; readonly fact: GatewayFact };

const talk = (step: ConversationFact['step'], on: LinkName | null, more: Partial<ConversationFact> = {}): Told => ({
  link: null,
  fact: { kind: 'conversation', step, on, ...more },
});
const links = fc.constantFrom('qqbot', 'feishu', 'telegram');
const chats = fc.constantFrom({}, { chat: 'a' }, { chat: 'b' }, { taken: true as const });

const ordinary: fc.Arbitrary<Told> = fc.oneof(
  links.map((link): Told => ({ link, fact: { kind: 'link-traffic' } })),
  fc.tuple(links, chats).map(([link, more]) => talk('asked', link, more)),
  fc.tuple(links, chats).map(([link, more]) => talk('answered', link, more)),
  fc.constant(talk('works', null)),
);
const trouble: fc.Arbitrary<Told> = fc.oneof(
  fc
    .tuple(
      links,
      fc.constantFrom<LinkFact>(
        { kind: 'link-login' },
        { kind: 'link-open' },
        { kind: 'link-lost', reason: 'x' },
        { kind: 'link-lost', code: 4009 },
        { kind: 'link-retrying', attempt: 1 },
        { kind: 'link-retry-failed', failure: 'network', error: 'x' },
        { kind: 'link-closed' },
        { kind: 'link-gave-up' },
        { kind: 'link-open', settlesMs: 100_000 },
      ),
    )
    .map(([link, fact]): Told => ({ link, fact })),
  fc
    .tuple(
      links,
      chats,
      fc.constantFrom<ConversationFact['step']>(
        'failed',
        'unsent',
        'dropped',
        'stalled',
        'silent',
        'settled',
        'typing',
        'rescued',
        'sent',
        'freed',
      ),
    )
    .map(([link, more, step]) => talk(step, link, step === 'stalled' ? { ...more, ms: 900_000 } : more)),
  fc.constant(talk('waits', null)),
  fc.constant(talk('failed', null, { fault: 'provider_key', forAsker: true })),
  fc
    .constantFrom<GatewayFact>(
      { kind: 'gateway-starting' },
      { kind: 'gateway-ready' },
      { kind: 'gateway-stopping', planned: false, forRestart: false },
      { kind: 'gateway-stopped' },
      { kind: 'process', process: null },
      { kind: 'loop-blocked', blockedMs: 200_000 },
    )
    .map((fact): Told => ({ link: null, fact })),
);
/** Around the times on which the rules for answers turn. */
const pauses = fc.oneof(
  { weight: 6, arbitrary: fc.nat(30_000) },
  { weight: 3, arbitrary: fc.integer({ min: 30_000, max: 290_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(299_000, 300_000, 301_000, 599_000, 600_000, 601_000) },
  { weight: 1, arbitrary: fc.constantFrom(1_900_000, 2_200_000, 15_000_000) },
);
type Piece = readonly [pauseMs: number, told: Told];

const begin: readonly Piece[] = [
  [1, { link: null, fact: { kind: 'gateway-starting' } }],
  [1, { link: null, fact: { kind: 'gateway-ready' } }],
  [1, { link: 'qqbot', fact: { kind: 'link-login' } }],
  [1, { link: 'feishu', fact: { kind: 'link-login' } }],
];
const answeredOften: readonly Piece[] = ['qqbot', 'feishu'].flatMap((link) =>
  [1, 2, 3].flatMap((): readonly Piece[] => [
    [10_000, talk('asked', link, { chat: 'a' })],
    [10_000, talk('answered', link, { chat: 'a' })],
  ]),
);
const lostOften = fc
  .record({ link: links, times: fc.nat(8), apart: fc.integer({ min: 16_000, max: 60_000 }), down: fc.nat(15_000) })
  .map(({ link, times, apart, down }): readonly Piece[] =>
    Array.from({ length: times }).flatMap((): readonly Piece[] => [
      [apart, { link, fact: { kind: 'link-lost', reason: 'x' } }],
      [down, { link, fact: { kind: 'link-login' } }],
    ]),
  );
const isAnswer = ({ fact }: Told, link: LinkName | null): boolean =>
  fact.kind === 'conversation' && fact.step === 'answered' && fact.on === link;

const told = (pieces: readonly Piece[]): Evidence[] => {
  let at = BEGIN;
  return pieces.map(([pause, piece]): Evidence => {
    at += pause;
    return { at: instant(at), source: 'gateway.log', text: piece.fact.kind, ...piece };
  });
};
/** A close of its own stops to count when something comes in at a later time. */
const traffic: Told = { link: 'telegram', fact: { kind: 'link-traffic' } };
const closedAtOnce = told([
  ...begin,
  [1_000, traffic],
  [60_000, { link: 'telegram', fact: { kind: 'link-lost', reason: 'x', byItself: true } }],
  [0, traffic],
  [0, traffic],
  [5_000, traffic],
  [5_000, traffic],
]);

const stories = fc
  .record({
    /** On this link nobody is answered any more. */
    mute: fc.constantFrom(null, 'qqbot', 'feishu'),
    before: fc.constantFrom([], answeredOften),
    losses: fc.oneof(fc.constant([]), lostOften),
    pieces: fc.array(
      fc.tuple(pauses, fc.oneof({ weight: 15, arbitrary: ordinary }, { weight: 1, arbitrary: trouble })),
      { minLength: 10, maxLength: 60 },
    ),
  })
  .map(({ mute, before, losses, pieces }) =>
    told([...begin, ...before, ...losses, ...pieces.filter(([, piece]) => !isAnswer(piece, mute))]),
  );

const inShort = ({ at, link, condition, remedy, cause, since }: Verdict): string =>
  `${at - BEGIN} ${link ?? 'gateway'} ${condition} ${remedy} ${cause} ${since - BEGIN}`;

/** Judges after each piece, and whenever a verdict may change by itself. */
const judgedEachTime = (story: readonly Evidence[], end: number) => {
  const told = new Map<string | null, string>();
  const found: string[] = [];
  let state = initialState;
  let recheckAt: number | null = null;
  let ordinaryPieces = 0;
  const judgeAt = (now: number): readonly Verdict[] => {
    const judged = judge(state, { gateway: 'main', policy: POLICY, now, links: null });
    for (const verdict of judged.verdicts) {
      const conclusion = `${verdict.condition} ${verdict.remedy} ${verdict.cause}`;
      if (told.get(verdict.link) !== conclusion) found.push(inShort(verdict));
      told.set(verdict.link, conclusion);
    }
    ({ recheckAt } = judged);
    return judged.verdicts;
  };
  const passTime = (to: number): void => {
    while (recheckAt !== null && recheckAt <= to) judgeAt(recheckAt);
  };
  let verdicts: readonly Verdict[] = [];
  for (const evidence of story) {
    passTime(evidence.at - 1);
    if (isAtEase(verdicts) && isCalm(state, evidence.at, POLICY) && isOrdinaryPiece(state, evidence))
      ordinaryPieces += 1;
    state = advance(state, evidence);
    verdicts = judgeAt(evidence.at);
  }
  passTime(end);
  return { found, ordinaryPieces };
};

test('whatever is left out changes nothing that is told', () => {
  let leftOut = 0;
  fc.assert(
    fc.property(stories, (story) => {
      const end = (story.at(-1)?.at ?? BEGIN) + 20_000_000;
      const changes = createToldChanges('main', POLICY);
      for (const evidence of story) changes.take(evidence);
      changes.passTime(end);
      const { found, ordinaryPieces } = judgedEachTime(story, end);
      leftOut += ordinaryPieces;
      expect(changes.changed().map(inShort)).toEqual(found);
    }),
    { numRuns: extent(4_000, 500) },
  );
  expect(leftOut).toBeGreaterThan(500);
});

test('what is folded as ordinary talk comes to the same state', () => {
  let folded = 0;
  fc.assert(
    fc.property(stories, (story) => {
      let state = initialState;
      let talk = createTalk(state, POLICY);
      for (const evidence of story) {
        const atEase = isAtEase(
          judge(state, { gateway: 'main', policy: POLICY, now: evidence.at, links: null }).verdicts,
        );
        const after = advance(state, evidence);
        if (atEase && talk.take(evidence)) folded += 1;
        else talk = createTalk(after, POLICY);
        // Asked for now and then: what was asked for stays as it is.
        if (evidence.at % 3 === 0) expect(talk.state()).toEqual(after);
        state = after;
      }
      expect(talk.state()).toEqual(state);
    }),
    { numRuns: extent(2_000, 300), examples: [[closedAtOnce]] },
  );
  expect(folded).toBeGreaterThan(500);
});
