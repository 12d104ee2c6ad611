// Passkeys. A form with data-hub-passkey="create" or "get" asks the browser for a key, puts its answer in the field «credential» and is sent.
// Options come from the <script type="application/json"> that data-options names, else from the form's own address, when the button is pressed.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

// A key belongs to a name: there is none where the address is a number, nor outside https (localhost apart).
const works = window.isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|^\[/.test(location.hostname);

async function options(form) {
  const here = document.getElementById(form.dataset.options);
  if (here) return JSON.parse(here.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options;
}

async function ask(form) {
  const { publicKey } = await options(form);
  publicKey.challenge = bytes(publicKey.challenge);
  if (form.dataset.hubPasskey === "get") {
    publicKey.allowCredentials = named(publicKey.allowCredentials);
    return navigator.credentials.get({ publicKey });
  }
  publicKey.user.id = bytes(publicKey.user.id);
  publicKey.excludeCredentials = named(publicKey.excludeCredentials);
  return navigator.credentials.create({ publicKey });
}

function written(key) {
  const response = { clientDataJSON: text(key.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = text(key.response[name]);
  }
  return JSON.stringify({
    type: key.type, id: key.id, rawId: text(key.rawId), response, clientExtensionResults: key.getClientExtensionResults(),
  });
}

for (const form of document.querySelectorAll("form[data-hub-passkey]")) {
  const part = form.closest("[data-hub-passkeys]");
  const say = (name) => { for (const one of part.querySelectorAll("[data-hub-say]")) one.hidden = one.dataset.hubSay !== name; };
  form.hidden = !works;
  say(works ? "" : "unable");
  const button = form.querySelector("[data-hub-ask]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("");
    button.disabled = true;
    try {
      form.elements.credential.value = written(await ask(form));
      form.submit();
    } catch {
      button.disabled = false; // given up, timed out, a key already there: the browser has told why
      say("refused");
      button.focus();
    }
  });
}
