/** Scripts that run in the page. They are texts, because this project's types know no DOM. */

/** A mark of ours in the gutter: the name of its picture and where it is. */
export interface PaintedMark {
  readonly name: string;
  readonly top: number;
}

/** All marks of ours that the page has, as `PaintedMark[]`. */
export const marksScript = `
  [...document.querySelectorAll('.editor-instance .glyph-margin-widgets .cgmr')].flatMap((element) => {
    const image = getComputedStyle(element).backgroundImage;
    const name = /gutter(?:\\/|%2F)(\\w+)\\.svg/.exec(image)?.[1];
    return name === undefined ? [] : [{ name, top: element.getBoundingClientRect().top }];
  })`;

/** The letter that is painted behind the label of a row, by the row's id, as a text. */
export function badgeScript(id: string): string {
  return `getComputedStyle(document.querySelector('#${id} .monaco-icon-label'), '::after').content.replaceAll('"', '')`;
}

/** How many pixels of a PNG have a colour, give or take, as a number. */
export function countPixelsScript(png: Buffer, colour: readonly [number, number, number]): string {
  return `(async () => {
    const bytes = Uint8Array.from(atob(${JSON.stringify(png.toString('base64'))}), (one) => one.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const wanted = ${JSON.stringify(colour)};
    let count = 0;
    for (let index = 0; index < data.length; index += 4) {
      const distance = wanted.reduce((sum, value, at) => sum + Math.abs(value - data[index + at]), 0);
      count += distance < 60 ? 1 : 0;
    }
    return count;
  })()`;
}
