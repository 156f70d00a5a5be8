// Runs the suite in VS Code's own server, shown in Chromium: `node test/editor/run.mjs [--screenshots DIR] [--grep TEXT]`.
import 'tsx';

// The repository is CommonJS, so tsx hands the whole module over as its default export.
const { default: entry } = await import('./browser/main.ts');
process.exitCode = await entry.main(process.argv.slice(2));
