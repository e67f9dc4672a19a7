package account

import (
	"encoding/json"
	"io"
	"net/http"

	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

func (p pages) passkeys() []ui.Route {
	return []ui.Route{
		{Pattern: "POST /account/passkeys/begin", Right: team.Read, Do: p.beginPasskey},
		{Pattern: "POST /account/passkeys", Right: team.Read, Do: p.addPasskey},
		{Pattern: "POST /account/passkeys/{key}", Right: team.Read, Do: p.renamePasskey},
		{Pattern: "POST /account/passkeys/{key}/remove", Right: team.Read, Do: p.removePasskey},
	}
}

// keys are the passkeys of this site; a fault.NotFound where there are none.
func (p pages) site() (*team.Passkeys, error) {
	keys, ok := p.Team.PasskeysAt(p.PublicURL)
	if !ok {
		return nil, fault.NotFoundf("this site has no address of its own for passkeys").WithMend("start the server with --public-url https://…")
	}
	return keys, nil
}

func (p pages) beginPasskey(w http.ResponseWriter, r *ui.Request) error {
	keys, err := p.site()
	if err != nil {
		return err
	}
	var asked struct {
		Password string `json:"password"`
	}
	if err := read(r, &asked); err != nil {
		return err
	}
	c, err := keys.Begin(r.Context(), r.Signed(), asked.Password)
	if err != nil {
		return err
	}
	return r.Ask(w, c)
}

// made is what our script sends when a browser has made a passkey.
type made struct {
	Name       string          `json:"name"`
	Credential json.RawMessage `json:"credential"`
}

func (p pages) addPasskey(w http.ResponseWriter, r *ui.Request) error {
	keys, err := p.site()
	if err != nil {
		return err
	}
	var m made
	if err := read(r, &m); err != nil {
		return err
	}
	if err := keys.Add(r.Context(), r.Signed(), r.Asked(), m.Name, m.Credential); err != nil {
		return err
	}
	r.Done(w, r.T("Passkey added"), "")
	return ui.JSON(w, map[string]string{"to": "/account"})
}

// read takes what our script sent.
func read(r *ui.Request, into any) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if json.Unmarshal(b, into) != nil {
		return fault.Invalidf("the form is not whole")
	}
	return nil
}

func (p pages) renamePasskey(w http.ResponseWriter, r *ui.Request) error {
	keys, err := p.site()
	if err != nil {
		return err
	}
	return p.done(w, r, "passkeys", r.T("Saved"), keys.Call(r.Context(), r.Signed(), r.PathValue("key"), r.FormValue("called")))
}

func (p pages) removePasskey(w http.ResponseWriter, r *ui.Request) error {
	keys, err := p.site()
	if err != nil {
		return err
	}
	return p.done(w, r, "passkeys", r.T("Passkey removed"), keys.Remove(r.Context(), r.Signed(), r.PathValue("key")))
}
