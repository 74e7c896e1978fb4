/** How long incidents go on by a configuration that says nothing of it. */
import { parseConfig } from '../../src/config/load.ts';
import { incidentPolicyOf, type IncidentPolicy } from '../../src/incidents/incident-policy.ts';

const SOURCES = { file: 'lifeline.yaml', env: {}, home: '/home/me', readSecret: () => ({ text: '', exposed: false }) };

export const DEFAULT_INCIDENT_POLICY: IncidentPolicy = incidentPolicyOf(
  parseConfig('gateways: [{ name: main, kind: hermes, home: ~/.hermes }]', SOURCES),
);
