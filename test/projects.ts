/** The folder of the tests that start the real program and mostly wait. */
export const ACCEPTANCE = 'test/acceptance';

/** @param path of a test file, absolute or from the root of the project. */
export const isAcceptance = (path: string): boolean => `/${path}`.includes(`/${ACCEPTANCE}/`);

/**
 * The contract suite (`npm run test:contract`, CONTRIBUTING.md): what must not change while the code is rearranged.
 * Everything else may move or go, its tests with it.
 */
export const CONTRACT: readonly string[] = [
  // The real binary: messages, exit codes, `--json`.
  `${ACCEPTANCE}/**/*.test.ts`,
  // The tables of decisions, rules and notices.
  'test/diagnosis/*-rules.test.ts',
  'test/healing/decision.test.ts',
  'test/incidents/{notices-table,properties}.test.ts',
  // The outbox's promises and kill points.
  'test/notify/outbox/{promises,kill,upgrade}.test.ts',
  // Wire formats.
  'test/channels/feishu/{shapes,link,taps}.test.ts',
  'test/channels/qq/{rules,link,tap}.test.ts',
  'test/channels/webhook/*.test.ts',
  'test/fleet/messages.test.ts',
  // Configuration keys, database migrations.
  'test/config/{parse-config,mistakes,example}.test.ts',
  'test/store/{layouts,database}.test.ts',
  // Decoys: what is not the gateway is never ended.
  'test/gateways/**/*decoys.test.ts',
  'test/gateways/process-rule.test.ts',
  // The corpus of reported faults.
  'test/issues/issues.test.ts',
  'test/traces/traces.test.ts',
];

/** Test files that start processes, beside the acceptance tests; others must start none. See no-processes.ts. */
export const WITH_PROCESSES: readonly string[] = [
  'test/app/other-lifelines.test.ts',
  'test/base/compile-cache.test.ts',
  'test/base/open-foreign/read.test.ts',
  'test/base/log-file.test.ts',
  'test/base/original-stack.test.ts',
  'test/channels/feishu/app-lock.test.ts',
  'test/chat/own-commands/docs.test.ts',
  'test/chat/own-commands/folder.test.ts',
  'test/chat/own-commands/fuzz.test.ts',
  'test/chat/own-commands/own-command.test.ts',
  'test/chat/own-commands/trust.test.ts',
  'test/chat/own-commands/program.test.ts',
  'test/cli/access.test.ts',
  'test/cli/beside-bot/beside-bot.test.ts',
  'test/cli/completion/completion.test.ts',
  'test/cli/config/config-logs.test.ts',
  'test/cli/config/config-own-files.test.ts',
  'test/cli/beside-bot/local.test.ts',
  'test/config/check.test.ts',
  'test/fleet/room.test.ts',
  'test/fleet/setup.test.ts',
  'test/fleet/thief.test.ts',
  'test/doctor/checks.test.ts',
  'test/doctor/command.test.ts',
  'test/doctor/gateway-checks.test.ts',
  'test/doctor/gateway-doctor.test.ts',
  'test/doctor/kinds.test.ts',
  'test/doctor/own-checks.test.ts',
  'test/foreign/clients.test.ts',
  'test/healing/end-named-process.test.ts',
  'test/healing/graceful-process.test.ts',
  'test/healing/graceful.test.ts',
  'test/healing/maintenance.test.ts',
  'test/healing/steps.test.ts',
  'test/healing/treat.test.ts',
  'test/monitor/own-process.test.ts',
  'test/hostile/parsers.test.ts',
  'test/monitor/alive-process.test.ts',
  'test/monitor/foreign-files.test.ts',
  'test/monitor/future-evidence.test.ts',
  'test/monitor/isolation.test.ts',
  'test/monitor/many.test.ts',
  'test/monitor/watcher-memory.test.ts',
  'test/notify/outbox/kill.test.ts',
  'test/patterns/linear.test.ts',
  'test/sandbox/demo/demo.test.ts',
  'test/sandbox/page/browser.test.ts',
  'test/sandbox/gateway/faults.test.ts',
  'test/sandbox/gateway/instance.test.ts',
  'test/sandbox/gateway/lasting-faults.test.ts',
  'test/sandbox/gateway/left-behind.test.ts',
  'test/sandbox/gateway/python-log.test.ts',
  'test/sandbox/gateway/qq-close.test.ts',
  'test/sandbox/gateway/signals.test.ts',
  'test/sandbox/gateway/start.test.ts',
  'test/sandbox/sandbox.test.ts',
  'test/sensors/process/death-watch.test.ts',
  'test/sensors/process/duplicates.test.ts',
  'test/sensors/process/halted.test.ts',
  'test/sensors/process/home-facts.test.ts',
  'test/sensors/network/kernel-links.test.ts',
  'test/sensors/process/lock.test.ts',
  'test/sensors/process/proc.test.ts',
  'test/sensors/process/process.test.ts',
  'test/sensors/resources/resources.test.ts',
  'test/sensors/process/sidecars.test.ts',
  'test/sensors/process/find-process.test.ts',
  'test/sensors/process/other-users.test.ts',
  'test/service/notifier.test.ts',
  'test/setup/service-scope.test.ts',
  'test/store/database.test.ts',
  'test/store/store-kills.test.ts',
  'test/store/store-small-disk.test.ts',
  'test/store/strangers.test.ts',
  'test/supervisors/docker.test.ts',
  'test/supervisors/engine.test.ts',
  'test/supervisors/launchd.test.ts',
  'test/supervisors/output-log.test.ts',
  'test/supervisors/process.test.ts',
  'test/supervisors/run-command.test.ts',
  'test/supervisors/systemd.test.ts',
  'test/supervisors/trees.test.ts',
  'test/supervisors/victim.test.ts',
  'test/traces/program.test.ts',
];

/** Test files that put their own in the place of a module (`vi.mock`): each needs a worker of its own. */
export const WITH_MOCKS: readonly string[] = ['test/monitor/hanging.test.ts'];

/**
 * Test files that compute for seconds: generated histories, and megabytes of what an enemy may send. `npm run test:fast`
 * leaves them out.
 */
export const LONG: readonly string[] = [
  'test/base/redact/redact-hostile.test.ts',
  'test/base/yaml.test.ts',
  'test/channels/console/console.test.ts',
  'test/channels/flood.test.ts',
  'test/channels/mentions.test.ts',
  'test/channels/parity.test.ts',
  'test/channels/qq/days.test.ts',
  'test/chat/own-commands/output.test.ts',
  'test/config/generic.test.ts',
  'test/config/json-schema.test.ts',
  'test/config/mistakes.test.ts',
  'test/config/parse-config.test.ts',
  'test/doctor/traces.test.ts',
  'test/fleet/log.test.ts',
  'test/gateways/generic/line-format.test.ts',
  'test/healing/thousand-days.test.ts',
  'test/hostile/platforms.test.ts',
  'test/incidents/properties.test.ts',
  'test/issues/issues.test.ts',
  'test/monitor/gateway/log-positions.test.ts',
  'test/monitor/hostile-times.test.ts',
  'test/notify/new-trouble.test.ts',
  'test/sandbox/qq/rules.test.ts',
  'test/sensors/logs/log-follower.test.ts',
  'test/store/bounds.test.ts',
  'test/store/layouts.test.ts',
  'test/store/store.test.ts',
  'test/text/translations.test.ts',
  'test/traces/traces.test.ts',
];

/** Test files that wait longest, of their kind. */
export const LONGEST: readonly string[] = [
  'test/acceptance/memory.test.ts',
  'test/acceptance/flapping.test.ts',
  'test/acceptance/answers.test.ts',
  'test/acceptance/stop-start.test.ts',
  'test/acceptance/channels-watch.test.ts',
  'test/acceptance/ack.test.ts',
  'test/acceptance/chaos-store.test.ts',
  'test/acceptance/self-alarm.test.ts',
  'test/acceptance/faults-alert.test.ts',
  'test/fleet/setup.test.ts',
];
