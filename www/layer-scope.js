// The custom element <layer-scope>. Defining it twice is harmless; all elements of a page share one instance of the module.

import init, { start } from "./layerscope.js";

class LayerScope extends HTMLElement {
  async connectedCallback() {
    await init();
    const root = document.createElement("main");
    (this.shadowRoot ?? this.attachShadow({ mode: "open" })).replaceChildren(root);
    start(root);
  }
}

if (!customElements.get("layer-scope")) customElements.define("layer-scope", LayerScope);
