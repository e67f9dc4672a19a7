// Passkeys: a form with data-passkey asks the server what the browser is to do, has the browser do it, and sends what came of it.
export const possible = () => !!(window.PublicKeyCredential?.parseRequestOptionsFromJSON && PublicKeyCredential.parseCreationOptionsFromJSON);

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", Accept: "text/html" }, body: JSON.stringify(body ?? {}) });
  if (answer.ok) return answer.json();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  throw new Error(page.querySelector("p.lead")?.textContent || answer.statusText);
}

export async function run(form) {
  const said = form.querySelector("[role=alert]"), button = form.querySelector("[type=submit]");
  said.hidden = true;
  button.disabled = true;
  try {
    const { publicKey } = await post(form.dataset.passkey + "/begin", { password: form.elements.password?.value });
    const credential = form.elements.passkey
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    const { to } = await post(form.dataset.passkey, { name: form.elements.passkey?.value, next: form.elements.next?.value, credential: credential.toJSON() });
    location.assign(to);
  } catch (problem) {
    if (problem.name !== "NotAllowedError") { // who thinks better of it is told nothing
      said.textContent = problem.message;
      said.hidden = false;
    }
    button.disabled = false;
  }
}
