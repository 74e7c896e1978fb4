/**
 * Property tests see the same worlds each time, so that a failure can be had again; others with LIFELINE_TEST_ALL=1.
 */
import fc from 'fast-check';

if (process.env['LIFELINE_TEST_ALL'] !== '1') fc.configureGlobal({ seed: 20_261_121 });
