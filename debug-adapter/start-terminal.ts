/** `dist/cli.js` */
import { start } from './boot.js';

// Neither of the two reads the other's program.
start(process.argv[2] === 'mcp' ? 'mcp-server' : 'terminal');
