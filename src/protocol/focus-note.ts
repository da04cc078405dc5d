/** What the page of any view tells its host when it gets the focus or loses it. */
export interface FocusNote {
  focused: boolean;
}
