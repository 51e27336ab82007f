/** PagerDuty's Events API v2: `POST https://events.pagerduty.com/v2/enqueue`. */
import { toRecord } from 'unackd';
import type { NameOf, Notice } from 'unackd';
import { placeOf, summaryOf, timeOf } from './words.ts';
import type { Message } from './words.ts';

/** PagerDuty's own limit. */
const SUMMARY_LENGTH = 1024;

/** `null` for a notice of nothing that lasts: whatever PagerDuty is told opens an incident there, and nothing would close it. */
export function pagerdutyBody(message: Message, routingKey: string, nameOf?: NameOf): unknown {
  if (message.type === 'notice') return troubleBody(message, routingKey);
  const common = { routing_key: routingKey, dedup_key: message.id };
  if (message.state === 'resolved') return { ...common, event_action: 'resolve' };
  return {
    ...common,
    event_action: 'trigger',
    client: 'unackd',
    payload: {
      summary: summaryOf(message, nameOf).slice(0, SUMMARY_LENGTH),
      source: placeOf(message),
      severity: 'critical',
      timestamp: timeOf(message),
      component: message.scope.kind,
      class: message.kind,
      custom_details: toRecord(message),
    },
  };
}

function troubleBody(notice: Notice, routingKey: string): unknown {
  const { trouble, code } = notice;
  if (trouble === undefined) return null;
  const common = { routing_key: routingKey, dedup_key: `unackd ${trouble.id}` };
  if (trouble.state === 'ends') return { ...common, event_action: 'resolve' };
  return {
    ...common,
    event_action: 'trigger',
    client: 'unackd',
    payload: {
      summary: summaryOf(notice).slice(0, SUMMARY_LENGTH),
      source: trouble.id,
      severity: 'error',
      timestamp: timeOf(notice),
      class: code,
      custom_details: toRecord(notice),
    },
  };
}
