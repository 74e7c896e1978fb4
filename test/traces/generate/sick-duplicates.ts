/** More than one gateway for one home (docs/facts/hermes.md 2.3, 9.17, 9.26, 9.27, 9.33). */
import { NO_RESTART, sick, type Trace } from './trace.ts';

export const SICK_DUPLICATES: readonly Trace[] = [
  sick(
    'pid-file-race',
    'A stale PID file: every start loses a race against nobody and exits (#13655, #14203)',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('30m');
      run.unexpectedStop();
      const notBefore = iso();
      const by = iso('15m');
      for (let round = 0; round < 40; round += 1) {
        pass('30s');
        run.newProcess();
        run.say('INFO', 'Starting Hermes Gateway...');
        run.say('ERROR', 'PID file race lost to another gateway instance. Exiting.');
      }
      return {
        until: iso('5s'),
        expect: {
          link: null,
          condition: ['duplicate', 'crash_looping', 'stopped'],
          remedy: ['alert', 'start', 'restart'],
          by,
          notBefore,
        },
      };
    },
  ),

  sick(
    'duplicates-take-each-other-down',
    "Two launchers with --replace end each other's gateway every three minutes (#92276, #27041)",
    { logs: ['gateway.log', 'errors.log'] },
    ({ run, feishu, qq, busy, pass, iso }) => {
      run.start();
      busy('30m');
      const notBefore = iso();
      const by = iso('40m');
      for (let round = 0; round < 15; round += 1) {
        run.say('INFO', `Replacing existing gateway instance (PID ${run.pid()}) with --replace.`);
        run.say('INFO', 'Received SIGTERM as a planned --replace takeover — exiting cleanly');
        run.say('INFO', 'Stopping gateway...');
        qq.disconnected();
        feishu.disconnected();
        run.stopped('0.7');
        run.start();
        pass('3m');
      }
      return {
        until: iso(),
        expect: { link: null, condition: ['duplicate', 'crash_looping'], remedy: 'alert', by, notBefore },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'duplicate-survives-sigkill',
    'The old process survives even SIGKILL; the replacement is aborted, again and again',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('30m');
      const old = run.pid();
      const notBefore = iso();
      const by = iso('20m');
      for (let round = 0; round < 12; round += 1) {
        run.say('INFO', `Replacing existing gateway instance (PID ${old}) with --replace.`);
        pass('10s');
        run.say('WARNING', `Old gateway (PID ${old}) did not exit after SIGTERM, sending SIGKILL.`);
        pass('3s');
        run.say(
          'ERROR',
          `Old gateway (PID ${old}) still appears alive after SIGKILL; aborting replacement to avoid a duplicate gateway.`,
        );
        pass('30s');
      }
      return {
        until: iso('10m'),
        expect: {
          link: null,
          condition: ['duplicate', 'frozen', 'stopped'],
          remedy: ['alert', 'restart'],
          by,
          notBefore,
        },
      };
    },
  ),

  sick(
    'already-running-loop',
    'A supervisor starts a second gateway every half minute; each finds the first one and exits 1 (#21915)',
    {},
    ({ run, qq, busy, pass, iso }) => {
      run.start();
      busy('29m');
      qq.routine4009();
      const notBefore = iso();
      const by = iso('20m');
      const first = run.pid();
      for (let round = 0; round < 60; round += 1) {
        run.say(
          'ERROR',
          `Another gateway instance is already running (PID ${first}, HERMES_HOME=/home/lin/.hermes). Use 'hermes gateway restart' to replace it, or 'hermes gateway stop' first.`,
        );
        pass('30s');
      }
      run.allWell();
      return {
        until: iso('1s'),
        expect: { link: null, condition: ['duplicate', 'crash_looping'], remedy: 'alert', by, notBefore },
        never: NO_RESTART,
      };
    },
  ),
];
