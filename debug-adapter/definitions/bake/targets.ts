/** `target "name" {`, in JSON `"target": { "name": {`. */
export function bakeTargets(text: string): readonly string[] {
  if (!/^\s*\{/.test(text)) {
    const blocks = [...text.matchAll(/^[ \t]*target[ \t]+"([^"]+)"[ \t]*\{/gm)];
    return blocks.flatMap(([, name]) => name ?? []);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    const targets: unknown = typeof parsed === 'object' && parsed !== null && 'target' in parsed ? parsed.target : {};
    return typeof targets === 'object' && targets !== null ? Object.keys(targets) : [];
  } catch {
    // buildx says what is wrong with it when it is launched.
    return [];
  }
}
