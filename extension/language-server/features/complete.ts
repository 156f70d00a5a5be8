import { DockerfileParser } from 'dockerfile-ast';
import type { DockerfileLanguageService } from 'dockerfile-language-service';
import type { CompletionItem, Position } from 'vscode-languageserver/node';

/**
 * Completes keywords, flags, stages and variables. Tags of images are left out: the service would ask Docker Hub for them,
 * and nothing here goes to the network behind the user's back.
 */
export async function complete(
  service: DockerfileLanguageService,
  text: string,
  position: Position,
): Promise<CompletionItem[]> {
  const inTag = DockerfileParser.parse(text)
    .getFROMs()
    .some((from) => isInside(position, from.getImageTagRange()));
  return inTag ? [] : await service.computeCompletionItems(text, position);
}

function isInside({ line, character }: Position, range: { start: Position; end: Position } | null): boolean {
  return (
    range !== null &&
    line === range.start.line &&
    character >= range.start.character &&
    character <= range.end.character
  );
}
