import type { Page } from 'playwright-core';

/**
 * What of a page is lost where it is as narrow as it is now: it scrolls sideways, text is cut off, or a part lies outside of it. What scrolls in a
 * frame of its own, as tables may, is not lost; `excused`: elements that show the rest of their text elsewhere.
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
    return lost;
  }, excused);
}
