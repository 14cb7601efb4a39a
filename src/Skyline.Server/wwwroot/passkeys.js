// A form that wants a passkey: the server is asked for a challenge, the authenticator answers it, and the form sends the answer.
const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0));
const text = buffer => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function asked(options) {
  const known = list => (list ?? []).map(one => ({ ...one, id: bytes(one.id) }));
  const wanted = { ...options, challenge: bytes(options.challenge) };
  if (options.user) Object.assign(wanted, { user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: known(options.excludeCredentials) });
  else wanted.allowCredentials = known(options.allowCredentials);
  return wanted;
}

function answered({ id, rawId, type, response, authenticatorAttachment }) {
  const told = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) Object.assign(told, { attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [] });
  else Object.assign(told, { authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: text(response.userHandle) });
  return JSON.stringify({ id, rawId: text(rawId), type, authenticatorAttachment, clientExtensionResults: {}, response: told });
}

document.addEventListener("submit", async event => {
  const form = event.target.closest?.("form[data-passkey]");
  if (!form || form.elements.response.value || !window.PublicKeyCredential) return;
  event.preventDefault();
  const fault = form.querySelector("[data-fault]");
  fault.textContent = "";
  try {
    const begun = await fetch(form.dataset.begin, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!begun.ok) throw new Error(await begun.text());
    const options = { publicKey: asked(await begun.json()) };
    form.elements.response.value = answered(form.dataset.passkey === "create" ? await navigator.credentials.create(options) : await navigator.credentials.get(options));
    form.submit();
  } catch (reason) {
    fault.textContent = reason.name === "NotAllowedError" ? "No passkey was given." : reason.name === "InvalidStateError" ? "That device has a passkey of yours already." : reason.message;
  }
});
