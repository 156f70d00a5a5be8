import type { BytesDocuments } from '../files/bytes-documents.js';
import type { Places } from '../files/places.js';
import type { FilesView } from '../views/files-view.js';
import { blame, copyPath, findFile, shellHere, watchFile } from './ask-file.js';
import { isNode, placeOf } from './file-target.js';
import { compareStates, compareTrees, compareWithWorkspace, openBinary, openFile } from './open-file.js';
import { saveFiles } from './save-file.js';
import type { Command } from './table.js';

/** What commands on files of a stop work on. */
export interface FileParts {
  readonly places: Places;
  readonly files: FilesView;
  readonly bytes: BytesDocuments;
}

/** The commands of Image Files. */
export function fileCommands({ places, files, bytes }: FileParts): readonly Command[] {
  return [
    { name: 'files.open', run: (node) => openFile(places, node) },
    { name: 'files.openBinary', run: (node) => openBinary({ places, bytes }, node) },
    { name: 'files.compareStates', run: (node) => compareStates(places, node) },
    { name: 'files.compareWithWorkspace', run: (node) => compareWithWorkspace(places, node) },
    { name: 'files.save', run: (node, selected) => saveFiles(places, node, selected) },
    { name: 'files.blame', run: (node) => blame(places, node) },
    { name: 'files.watch', run: (node) => watchFile(places, node) },
    { name: 'files.openShell', run: (node) => shellHere(places, node) },
    { name: 'files.copyPath', run: (node, selected) => copyPath(places, node, selected) },
    // The title of a view hands over the row that has the focus, which is not meant.
    { name: 'files.find', run: () => findFile(places, files, undefined) },
    { name: 'files.findIn', run: (node) => findFile(places, files, node) },
    {
      name: 'files.compareTrees',
      run: async (node) => {
        if (await compareTrees(placeOf(places, node))) files.show();
      },
    },
    {
      name: 'files.more',
      run: async (node) => {
        if (isNode(node) && node.kind === 'more') await files.more(node);
      },
    },
    {
      name: 'files.refresh',
      run: async () => {
        files.refresh();
        return await Promise.resolve();
      },
    },
  ];
}
