// The one module that knows the UI toolkit, which is archived upstream: replacing it means rewriting this file.
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

/** Registers the components that `button` makes. Call once, before anything is drawn. */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

export interface ButtonOptions {
  label: string;
  /** Spoken instead of the label, when the label alone does not say what is meant. */
  ariaLabel?: string;
  look?: 'primary' | 'secondary';
  icon?: SVGElement;
  /** Default: before the label. */
  iconSide?: 'start' | 'end';
  onClick: () => void;
}

/** A button of the editor's look. */
export interface Button {
  element: HTMLElement;
  /** One that has the focus keeps it. */
  setDisabled(disabled: boolean): void;
  setLabel(label: string): void;
  setLook(look: NonNullable<ButtonOptions['look']>): void;
}

export function button(options: ButtonOptions): Button {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', options.look ?? 'secondary');
  if (options.ariaLabel) element.setAttribute('aria-label', options.ariaLabel);
  if (options.icon) {
    options.icon.setAttribute('slot', options.iconSide ?? 'start');
    element.append(options.icon);
  }
  const text = document.createTextNode(options.label);
  element.append(text);
  element.addEventListener('click', () => {
    if (!isDisabled(element)) options.onClick();
  });
  element.addEventListener('focusout', () => disable(element, isDisabled(element)));
  return {
    element,
    setDisabled: disabled => disable(element, disabled),
    setLabel: label => void (text.data = label),
    setLook: look => element.setAttribute('appearance', look),
  };
}

const isDisabled = (element: HTMLElement): boolean =>
  element.hasAttribute('disabled') || element.getAttribute('aria-disabled') === 'true';

/** A disabled button loses the focus, and with it the place of those who use the keyboard: the one they are on only says that it is disabled, until they go on. */
function disable(element: HTMLElement, disabled: boolean): void {
  const focused = document.activeElement === element;
  element.toggleAttribute('disabled', disabled && !focused);
  if (disabled && focused) element.setAttribute('aria-disabled', 'true');
  else element.removeAttribute('aria-disabled');
  // the component tells its inside only with the next frame, and takes no focus until then
  element.shadowRoot?.querySelector('button')?.toggleAttribute('disabled', disabled && !focused);
}
