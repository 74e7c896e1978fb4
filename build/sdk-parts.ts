/** The parts of the vendor's SDK that Lifeline uses; the bundler leaves out the others. */
export { EventDispatcher, LoggerLevel, WSClient } from '@larksuiteoapi/node-sdk';
