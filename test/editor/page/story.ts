import { strict as assert } from 'node:assert';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keepPicture, openWorkbench } from '../browser/page-tests.js';
import type { Files } from '../workspaces.js';
import type { Workbench } from './workbench.js';

/** A window for the tests of a story; what one leaves on screen is where the next begins. */
export function windowOf(files: Files, name: string): () => Workbench {
  let workbench: Workbench | undefined;
  before(async () => {
    workbench = await openWorkbench(files, name);
    await workbench.openDockerfile('Dockerfile');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench !== undefined) {
      await keepPicture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`, workbench);
    }
  });
  after(async () => {
    await workbench?.close();
    if (workbench !== undefined) await rm(dirname(workbench.folder), { recursive: true, force: true });
  });
  return () => {
    assert.ok(workbench !== undefined, 'the window is open');
    return workbench;
  };
}
