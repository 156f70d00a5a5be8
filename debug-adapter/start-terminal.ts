/** `dist/cli.js` */
import { start } from './boot.js';

start('terminal');
