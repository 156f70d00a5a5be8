import { strict as assert } from 'node:assert';
import { breakpoints } from '../workspaces.js';
import { windowOf } from './story.js';

const breakpointRed = [229, 20, 0] as const;

describe('every kind of breakpoint', () => {
  const window = windowOf(breakpoints, 'stops');

  it('is made where a user makes it', async () => {
    const workbench = window();
    await workbench.gutterMenu(4, 'Add Logpoint...');
    await workbench.typeIntoWidget('the mode is {$MODE}');
    await workbench.gutterMenu(5, 'Add Conditional Breakpoint...');
    await workbench.typeIntoWidget('grep -q one /one');
    await workbench.gutterMenu(7, 'Add Conditional Breakpoint...');
    await workbench.typeIntoWidget('test -f /never');
    await workbench.showRunView();
    await workbench.addFunctionBreakpoint('CMD');
    const icons = await Promise.all([4, 5, 7].map(async (line) => await workbench.breakpointAt(line)));
    assert.deepEqual(icons, ['log', 'conditional', 'conditional']);
    assert.ok((await workbench.paintedBeside(4, breakpointRed)) > 10, 'the logpoint is painted');
  });

  it('stops where the condition holds, and has written the log message on the way', async () => {
    const workbench = window();
    await workbench.page.keyboard.press('F5');
    await workbench.stopsAt(5);
    await workbench.consoleShows('the mode is slow');
  });

  it('stops after the instruction that changes a variable of the Variables view', async () => {
    const workbench = window();
    await workbench.openScope('Environment');
    await workbench.variableMenu('MODE', 'Break on Value Change');
    await workbench.toolbar('Continue');
    await workbench.stopsAt(6);
    await workbench.stateOfThread('Paused on data breakpoint').waitFor();
  });

  it('passes by where no condition holds, up to an instruction that is named', async () => {
    const workbench = window();
    await workbench.toolbar('Continue');
    await workbench.stopsAt(11);
    await workbench.stateOfThread('Paused on function breakpoint').waitFor();
  });

  it('is where the build goes back to', async () => {
    const workbench = window();
    await workbench.toolbar('Reverse');
    await workbench.stopsAt(6);
    await workbench.toolbar('Reverse');
    await workbench.stopsAt(5);
  });

  it('goes one instruction back at a time with Step Back', async () => {
    const workbench = window();
    await workbench.toolbar('Step Back');
    await workbench.stopsAt(4);
    await workbench.toolbar('Step Over');
    await workbench.stopsAt(5);
    await workbench.toolbar('Step Back');
    await workbench.stopsAt(4);
  });
});
