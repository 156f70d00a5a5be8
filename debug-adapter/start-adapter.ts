/** `dist/debug-adapter.js` */
import { start } from './boot.js';

start('adapter');
