/**
 * The way of an alert: its stages in their order, and everything that each of them can make of an alert. A stage is a
 * pure function that returns its result with the reason; the last two are the rim, where a channel is asked and the
 * database is written.
 *
 * | stage | where it is asked | where it is decided |
 * | --- | --- | --- |
 * | silence | before the incidents learn of a verdict: `monitor/monitors.ts` | here |
 * | hold | when a notice is written: `incident-teller.ts` | `hold.ts` |
 * | supersede | when a notification is stored, with its incident: `outbox/queue.ts` | `outbox/supersede.ts` |
 * | plan | whenever the outbox comes round: `outbox/delivery-worker.ts` | `outbox/delivery-plan.ts`, `outbox/channel-order.ts` |
 * | batch | when one is due: `outbox/delivery-worker.ts` | `outbox/batch.ts` |
 * | render | before each try: `outbox/delivery-worker.ts` | `messages/render.ts` |
 * | send | each try: `outbox/delivery-worker.ts` | `outbox/send.ts` |
 * | record | after each try: `outbox/delivery-worker.ts` | `outbox/send.ts`, written by `outbox/delivery-record.ts` |
 */
import type { Logger } from '../base/logger.ts';
import { hold, type Held } from './hold.ts';
import { render, type Rendered } from './messages/render.ts';
import { batchOf, type Batch } from './outbox/batch.ts';
import { planDeliveries, type PlanReason } from './outbox/delivery-plan.ts';
import { outcomeOf, sendWithin, type DeliveryOutcome, type TryResult } from './outbox/send.ts';
import { supersede, type Superseded } from './outbox/supersede.ts';

export interface SilenceState {
  readonly isSilent: boolean;
  /** `maintenance` is the stronger of the two: the gateway is not healed either. */
  readonly why: 'audible' | 'mute' | 'maintenance';
}

/** Whether a gateway's incidents are told now. Each time is that of the silence's end; null: there is none. */
export const silence = (ends: { readonly maintenance: number | null; readonly mute: number | null }): SilenceState => {
  if (ends.maintenance !== null) return { isSilent: true, why: 'maintenance' };
  return ends.mute === null ? { isSilent: false, why: 'audible' } : { isSilent: true, why: 'mute' };
};

/** The stages, in their order. */
export const pipeline = {
  silence,
  hold,
  supersede,
  plan: planDeliveries,
  batch: batchOf,
  render,
  send: sendWithin,
  record: outcomeOf,
} as const;

export type PipelineStage = keyof typeof pipeline;

interface ReasonsOf {
  readonly silence: SilenceState['why'];
  readonly hold: Held['why'];
  readonly supersede: Superseded['why'];
  readonly plan: PlanReason['why'];
  readonly batch: Batch['why'];
  readonly render: Rendered['why'];
  readonly send: TryResult['outcome'];
  readonly record: DeliveryOutcome['is'];
}

export type Reason<Stage extends PipelineStage> = ReasonsOf[Stage];

/** Everything that can happen to an alert. */
export const REASONS: { readonly [Stage in PipelineStage]: Readonly<Record<Reason<Stage>, string>> } = {
  silence: {
    audible: 'nobody asked for silence',
    mute: 'an operator muted the gateway: no notice is written; what is still ill is told when the mute ends',
    maintenance: 'the gateway is in maintenance: no notice is written; what is still ill is told when that ends',
  },
  hold: {
    at_once: 'it waits for nothing',
    quiet: 'it waits for the end of the quiet hours, or until healing has taken too long',
    gathering: 'it waits some seconds for the notices of other gateways',
    network: 'it waits for other gateways to notice that the network is lost',
  },
  supersede: {
    added: 'earlier notifications of its incident stay',
    replaces: 'earlier notifications of its incident that wait, or are not true any more, are not sent any more',
    follows: 'it says that something is over, and goes to whoever was told of that',
    stands_in: 'it says that something is over of which nobody got the alert, and is told instead of that alert',
  },
  plan: {
    held: 'the time of its hold has not come',
    behind_an_earlier_one: 'an earlier message of its incident is still under way on its channel',
    waits_for_its_alert: 'an alert may still arrive that it has to follow',
    follows_its_alert: 'it takes the channels on which an alert has arrived; overtaken alerts are given up',
    takes_a_channel: 'it takes the first channel, or the next: one refused or is too slow, or another copy is wanted',
    due: 'it is to be sent now',
    between_tries: 'it waits for the answer to a try, or for the pause after one',
    arrived: 'it has arrived as often as it should: it is done',
    overtaken: 'a later message of its incident has arrived: it is done without having been sent',
    nobody_to_tell: 'nobody was told of what is over: it is done without having been sent',
    refused_everywhere: 'every channel has refused it: it has failed for now',
    rests_after_refusal: 'it has failed and is tried again later',
    tried_anew: 'it had failed, and every channel is tried again',
  },
  batch: {
    alone: 'it goes alone',
    repeat: 'it may have arrived: it goes again as it went, so that the platform can drop the repeat',
    quiet: 'it goes with others that waited for the end of the quiet hours',
    gathered: 'it goes with the notices of other gateways',
    piled_up: 'it goes with many others of its gateway, all at one moment',
    late: 'it goes with others that are old news by now',
  },
  render: {
    as_written: 'it goes out as it was written',
    with_notes:
      'it also says when it was written, what is to be mended on a channel that refused it, or that Lifeline is in memory',
    batch: 'it is a line of a batch',
  },
  send: {
    ok: 'the platform has taken it',
    retry: 'the platform takes it later',
    refused: 'the platform does not take it from this channel, or for this person',
    lost: 'there was no answer',
  },
  record: {
    delivered: 'it has arrived on this channel',
    refused: 'this channel is given up, and the next one is taken',
    lost: 'it may have arrived: it is tried again on this channel, under the same key',
    put_off: 'it is tried again on this channel after a pause',
  },
};

/** Writes into the log what a stage has made of an alert. */
export const trace = <Stage extends PipelineStage>(
  logger: Logger,
  stage: Stage,
  why: Reason<Stage>,
  fields: Readonly<Record<string, unknown>>,
): void => logger.debug({ stage, why, ...fields }, REASONS[stage][why]);
