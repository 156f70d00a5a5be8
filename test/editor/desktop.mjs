// Runs the half of the suite that needs no page on a desktop's VS Code, which @vscode/test-electron downloads.
import 'tsx';

// The repository is CommonJS, so tsx hands the whole module over as its default export.
const { default: entry } = await import('./browser/desktop.ts');
process.exitCode = await entry.main();
