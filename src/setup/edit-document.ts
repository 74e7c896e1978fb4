/** Changes in a configuration that is there: what they do not name stays as it is, comments and all. */
import { isMap, isScalar, isSeq, type Document, type Scalar } from 'yaml';
import { readYaml } from '../base/yaml.ts';
import type { ChannelAnswer, ConfigChanges, NewOperator } from './answers.ts';
import type { FoundGateway } from './find-gateways.ts';
import { channelKeys } from './new-config.ts';

/** @param text a configuration that is valid. @returns the same text when nothing of it changes. */
export const changeConfig = (
  configFile: string,
  text: string,
  { gateways, channels, operators }: ConfigChanges,
  shorten: (path: string) => string,
): string => {
  const document = readYaml(text);
  const before = document.toString(FORM);
  for (const gateway of gateways) addGateway(document, gateway, shorten);
  for (const answer of channels) setChannel(document, configFile, answer);
  for (const operator of operators) addOperator(document, operator);
  const after = document.toString(FORM);
  return after === before ? text : after;
};

/** Long lines stay long: a break in them would look like a change. */
const FORM = { lineWidth: 0, flowCollectionPadding: true };

const addGateway = (
  document: Document,
  { name, kind, home }: FoundGateway,
  shorten: (path: string) => string,
): void => {
  document.addIn(['gateways'], document.createNode({ name, kind, home: shorten(home) }));
};

const DEFAULT_DOMAIN = 'feishu';

const setChannel = (document: Document, configFile: string, answer: ChannelAnswer): void => {
  const path = ['channels', answer.channel];
  const isNew = !isMap(document.getIn(path));
  if (!isMap(document.get('channels'))) document.set('channels', document.createNode({}));
  if (isNew) document.setIn(path, document.createNode({}));
  for (const [key, value] of Object.entries(channelKeys(configFile, answer))) {
    // A default that was not written stays unwritten.
    if (isNew || value !== DEFAULT_DOMAIN || document.hasIn([...path, key])) setValue(document, [...path, key], value);
  }
  addToOrder(document, answer.channel);
};

/** Into the node that is there, so that the comment beside it stays. Digits are an id, and no number. */
const setValue = (document: Document, path: readonly string[], value: string): void => {
  const node = document.getIn(path, true);
  if (isScalar(node)) {
    if (String(node.value) !== value) node.value = value;
    return;
  }
  const scalar = document.createNode(value) as Scalar;
  if (/^\d+$/.test(value)) scalar.type = 'QUOTE_DOUBLE';
  document.setIn(path, scalar);
};

/** An order of alerts that does not name the channel would leave it out; the webhook stays the last resort. */
const addToOrder = (document: Document, channel: string): void => {
  const order = document.getIn(['alerts', 'order']);
  if (!isSeq(order)) return;
  const names = order.items.map((item) => (isScalar(item) ? item.value : item));
  if (names.includes(channel)) return;
  const at = names.indexOf('webhook');
  order.items.splice(at < 0 ? names.length : at, 0, document.createNode(channel));
};

/** Somebody of that name gets the ids beside those that are there. */
const addOperator = (document: Document, { name, role, ...ids }: NewOperator): void => {
  const operators = document.get('operators');
  const known = isSeq(operators) ? operators.items.findIndex((item) => isMap(item) && item.get('name') === name) : -1;
  if (known >= 0) {
    for (const [channel, id] of Object.entries(ids)) setValue(document, ['operators', String(known), channel], id);
    return;
  }
  const node = document.createNode({ name, role, ...ids }, { flow: true });
  if (isSeq(operators)) operators.add(node);
  else document.set('operators', document.createNode([node]));
};
