import type { Page } from 'playwright-core';
import { THEMES, type Theme } from './themes';

/**
 * What of a page cannot be told from its ground in any of the editor's themes: text below 4.5 : 1, or 3 : 1 where it is large, and marks below
 * 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11), at rest and with the pointer over everything. What is disabled, frames, tracks and the minimap count
 * for nothing. The page is left in the last theme.
 */
export const lowContrast = (page: Page): Promise<string[]> => page.evaluate(contrastIn, Object.entries<Theme>(THEMES));

/** Runs in the page. */
async function contrastIn(themes: [name: string, theme: Theme][]): Promise<string[]> {
  type Color = [red: number, green: number, blue: number, alpha: number];
  const INACTIVE = ':disabled, [disabled], [aria-disabled=true], .visually-hidden, .unused, .minimap';
  const FRAMES = 'slot, canvas, input, td, th, .layer-track, .spark-area';
  const FIELDS = 'input:not([type=checkbox], [type=radio]), select, textarea';
  const SHAPES = 'svg :is(rect, circle, path, line, polyline, polygon)';

  const known = new Map<string, Color>();
  const colorOf = (text: string): Color => {
    const found = known.get(text);
    if (found) return found;
    const [, space, list, alpha] = /^(rgba?|color)\((?:srgb )?([^/]+)(?:\/ ([\d.]+))?\)$/.exec(text) ?? [];
    if (space === undefined || list === undefined) throw new Error(`what colour is ${text}?`);
    const [r = 0, g = 0, b = 0, a = Number(alpha ?? 1)] = list
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    const scale = space === 'color' ? 255 : 1;
    const color: Color = [r * scale, g * scale, b * scale, a];
    known.set(text, color);
    return color;
  };
  const over = (under: Color, [r, g, b, alpha]: Color, opacity: number): Color => {
    const share = alpha * opacity;
    const mix = (top: number, bottom: number): number => top * share + bottom * (1 - share);
    return [mix(r, under[0]), mix(g, under[1]), mix(b, under[2]), 1];
  };
  const luminance = (color: Color): number => {
    const [r = 0, g = 0, b = 0] = color.map(v =>
      v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratioOf = (a: Color, b: Color): number => {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  const parentOf = (element: Element): Element | null => {
    if (element.assignedSlot) return element.assignedSlot;
    if (element.parentElement) return element.parentElement;
    const tree = element.getRootNode();
    return tree instanceof ShadowRoot ? tree.host : null;
  };
  const paintOf = (shape: Element, property: 'fill' | 'stroke'): Color | undefined => {
    const style = getComputedStyle(shape);
    if (style[property] === 'none' || (property === 'stroke' && parseFloat(style.strokeWidth) === 0)) return undefined;
    const [r, g, b, alpha] = colorOf(style[property]);
    return [r, g, b, alpha * Number(style[`${property}Opacity`])];
  };

  interface Ground {
    color: Color;
    /** Of what is drawn there. */
    opacity: number;
  }
  const grounds = new Map<Element, Ground>();
  /** What an element's content lies on. */
  const groundIn = (element: Element | null): Ground => {
    if (!element) return { color: [255, 255, 255, 1], opacity: 1 };
    const found = grounds.get(element);
    if (found) return found;
    const style = getComputedStyle(element);
    const around = groundIn(parentOf(element));
    const opacity = around.opacity * Number(style.opacity);
    const ground = { color: over(around.color, colorOf(style.backgroundColor), opacity), opacity };
    grounds.set(element, ground);
    return ground;
  };
  /** What an element itself lies on: in a drawing also on what was drawn there before. */
  const groundUnder = (element: Element): Ground => {
    const parent = groundIn(parentOf(element));
    const opacity = parent.opacity * Number(getComputedStyle(element).opacity);
    let { color } = parent;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    for (const shape of element.closest('svg')?.querySelectorAll('rect, circle') ?? []) {
      if (!(shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      const box = shape.getBoundingClientRect();
      const covered = left < box.left + 1 && right > box.right - 1 && top < box.top + 1 && bottom > box.bottom - 1;
      const inside = left > box.left - 1 && right < box.right + 1 && top > box.top - 1 && bottom < box.bottom + 1;
      const fill = inside && !covered && paintOf(shape, 'fill');
      if (fill) color = over(color, fill, Number(getComputedStyle(shape).opacity));
    }
    return { color, opacity };
  };

  const isShown = (element: Element): boolean => {
    for (let each: Element | null = element; each; each = parentOf(each)) if (each.matches(INACTIVE)) return false;
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && width + height > 2;
  };
  const textIn = (element: Element): Text | undefined =>
    [...element.childNodes].find((node): node is Text => node instanceof Text && node.data.trim() !== '');

  const all: Element[] = [];
  const collect = (within: ParentNode): void => {
    for (const element of within.querySelectorAll('*')) {
      all.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document.body);
  const shown = all.filter(isShown);

  interface Subject {
    what: string;
    /** Of several inks the best one counts. */
    inks: (Color | undefined)[];
    ground: Ground;
    least: number;
  }
  const subjectOf = (element: Element): Subject | undefined => {
    const text = textIn(element);
    const owner = text?.assignedSlot ?? element;
    const style = getComputedStyle(owner);
    if (text ?? element.matches(FIELDS)) {
      const { value = '', placeholder = '' } = element as Partial<HTMLInputElement>;
      const ink = element.closest('svg')
        ? paintOf(element, 'fill')
        : colorOf(text || value ? style.color : getComputedStyle(element, '::placeholder').color);
      const ground = element.closest('svg') ? groundUnder(element) : groundIn(owner);
      const large = parseFloat(style.fontSize) >= (Number(style.fontWeight) >= 700 ? 18.66 : 24);
      const said = (text?.data ?? (value || placeholder)).trim().slice(0, 20);
      return { what: `“${said}”`, inks: [ink], ground, least: large ? 3 : 4.5 };
    }
    if (element.matches(FRAMES)) return undefined;
    const mark = { what: 'mark', ground: groundUnder(element), least: 3 };
    if (element.matches(SHAPES)) return { ...mark, inks: [paintOf(element, 'fill'), paintOf(element, 'stroke')] };
    if (element.childElementCount > 0 || !(element instanceof HTMLElement)) return undefined;
    const borders = (['Top', 'Right', 'Bottom', 'Left'] as const).map(side =>
      parseFloat(style[`border${side}Width`]) > 0 ? colorOf(style[`border${side}Color`]) : undefined,
    );
    const inks = [colorOf(style.backgroundColor), ...borders].filter(ink => ink !== undefined && ink[3] > 0);
    return { ...mark, inks };
  };
  const measure = (): string[] => {
    grounds.clear();
    // charts are made anew for a theme
    return shown.flatMap(element => {
      if (!element.isConnected) return [];
      const subject = subjectOf(element);
      if (!subject) return [];
      const { what, inks, ground, least } = subject;
      const { color, opacity } = ground;
      const ratios = inks.flatMap(ink => (ink ? [ratioOf(over(color, ink, opacity), color)] : []));
      const best = Math.max(...ratios);
      if (ratios.length === 0 || best >= least) return [];
      const around = element.closest('[class]:not([class=""])')?.getAttribute('class') ?? '';
      return [`${best.toFixed(2)} ${what} ${element.tagName.toLowerCase()} in ${around}`];
    });
  };

  /** Makes every rule for the pointer hold everywhere; what answers undoes it. */
  const hover = (): (() => void) => {
    const changed: [rule: CSSStyleRule, selector: string][] = [];
    const visit = (rules: CSSRuleList): void => {
      for (const rule of rules) {
        if (rule instanceof CSSStyleRule && /:hover/.test(rule.selectorText)) changed.push([rule, rule.selectorText]);
        if ('cssRules' in rule) visit(rule.cssRules as CSSRuleList);
      }
    };
    const trees = [document, ...all.flatMap(element => element.shadowRoot ?? [])];
    const sheets = new Set(trees.flatMap(tree => [...tree.styleSheets, ...tree.adoptedStyleSheets]));
    for (const sheet of sheets) visit(sheet.cssRules);
    // as specific as the pseudo-class, and true of all
    for (const [rule, selector] of changed) rule.selectorText = selector.replaceAll(':hover', ':nth-child(n)');
    return () => {
      for (const [rule, selector] of changed) rule.selectorText = selector;
    };
  };

  const problems: string[] = [];
  const { classList } = document.body;
  const { style } = document.documentElement;
  for (const [name, { kind, variables }] of themes) {
    for (const property of [...style]) if (property.startsWith('--vscode-')) style.removeProperty(property);
    for (const [property, value] of Object.entries(variables)) style.setProperty(property, value);
    classList.remove(...themes.flatMap(([, other]) => other.kind.split(' ')));
    classList.add(...kind.split(' '));
    // buttons take a theme on with the next frame
    await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const atRest = measure();
    const leave = hover();
    const hovered = measure().filter(problem => !atRest.includes(problem));
    leave();
    problems.push(...atRest.map(problem => `${name}: ${problem}`));
    problems.push(...hovered.map(problem => `${name}, hovered: ${problem}`));
  }
  return problems;
}
