import type { Page } from 'playwright-core';

/**
 * What of a page is lost where it is as narrow as it is now: it scrolls sideways, text is cut off, a part lies outside of it, or a short word is
 * broken over several lines, letter by letter. What scrolls in a frame of its own, as tables may, is not lost; `excused`:
 * elements that show the rest of their text elsewhere.
 */
export function lostIn(page: Page, excused = 'none'): Promise<string[]> {
  return page.evaluate(selector => {
    const lost: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) lost.push(`the page is ${scrollWidth - clientWidth} px too wide`);
    const inFrame = (element: Element): boolean => {
      for (let around = element.parentElement; around; around = around.parentElement)
        if (/auto|scroll/.test(getComputedStyle(around).overflowX) && around.scrollWidth > around.clientWidth)
          return true;
      return false;
    };
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width < 2 || height < 2 || element.closest(`.visually-hidden, svg, input, ${selector}`)) continue;
      const name = `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent ?? '').slice(0, 30)}”`;
      const cut = /hidden|clip/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
      if (cut) lost.push(`cut off: ${name}`);
      if ((right > innerWidth + 1 || left < -1) && !inFrame(element)) lost.push(`outside: ${name}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const around = text.parentElement;
      if (!around?.checkVisibility() || around.closest(`.visually-hidden, svg, option, pre, code, ${selector}`))
        continue;
      for (const { 0: word, index } of (text.textContent ?? '').matchAll(/(?<![^\s(])[\p{L}\d,.]{2,10}(?![^\s):])/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) lost.push(`broken: “${word}” in ${around.tagName.toLowerCase()}.${around.className}`);
      }
    }
    return lost;
  }, excused);
}
