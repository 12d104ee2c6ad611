// The signatures that wait in this browser, those of the signed-in person only: somebody else who signs in here neither sees nor sends them.
const STORE = "hub-signatures", person = document.body.dataset.hubPerson;
const mine = (one) => (one.person ?? person) === person;
const all = () => { try { return JSON.parse(localStorage.getItem(STORE)) ?? []; } catch { return []; } };

export const read = () => all().filter(mine);
export const write = (kept) => {
  localStorage.setItem(STORE, JSON.stringify([...all().filter((one) => !mine(one)), ...kept.map((one) => ({ person, ...one }))]));
};
