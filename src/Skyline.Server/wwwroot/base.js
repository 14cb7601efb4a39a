// Addresses on this server: "/builds/5" is below where its pages are, which at a reverse proxy may be a path of its own.
export const prefix = new URL(document.baseURI).pathname.replace(/\/$/, "");

export const at = path => prefix && path.startsWith("/") && !path.startsWith("//") && path !== prefix && !path.startsWith(`${prefix}/`) ? prefix + path : path;

// What the server sends as a page comes with the prefix in it; what a live page draws later gets it here, before anybody can click on it.
if (prefix) {
  const names = ["href", "src", "action", "formaction", "data-to", "data-begin"];
  const one = element => names.forEach(name => {
    const is = element.getAttribute(name);
    if (is && at(is) !== is) element.setAttribute(name, at(is));
  });
  const all = element => {
    one(element);
    element.querySelectorAll(names.map(name => `[${name}^="/"]`).join()).forEach(one);
  };
  new MutationObserver(changes => changes.forEach(change => {
    if (change.type === "attributes") one(change.target);
    else change.addedNodes.forEach(node => node.nodeType === Node.ELEMENT_NODE && all(node));
  })).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: names });
}
