import type { Camera } from './camera';

/** Movement below this is a click. */
const CLICK_PIXELS = 4;

/** Drag pans, the wheel pans, with Ctrl (or a pinch) it zooms; a click selects. */
export function graphPointer(canvas: SVGSVGElement, camera: Camera, select: (node: number) => void): void {
  let from: { x: number; y: number; moved: boolean; target: Element } | undefined;
  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, moved: false, target: event.target as Element };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    if (!from) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (!from.moved && Math.hypot(dx, dy) < CLICK_PIXELS) return;
    camera.pan(-dx, -dy);
    from = { ...from, x: event.clientX, y: event.clientY, moved: true };
    canvas.classList.add('dragging');
  });
  const end = (): void => {
    const node = from && !from.moved ? from.target.closest<SVGElement>('[data-node]') : undefined;
    from = undefined;
    canvas.classList.remove('dragging');
    if (node) select(Number(node.dataset.node));
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', () => (from = undefined));
  canvas.addEventListener(
    'wheel',
    event => {
      event.preventDefault();
      const box = canvas.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey)
        camera.zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
      else if (event.shiftKey) camera.pan(event.deltaY, event.deltaX);
      else camera.pan(event.deltaX, event.deltaY);
    },
    { passive: false },
  );
}
