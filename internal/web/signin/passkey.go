package signin

import (
	"encoding/json"
	"io"
	"net/http"

	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// site are the passkeys of this site; a fault.NotFound where there are none.
func (p pages) site() (*team.Passkeys, error) {
	keys, ok := p.Team.PasskeysAt(p.PublicURL)
	if !ok {
		return nil, fault.NotFoundf("there is nothing at this address")
	}
	return keys, nil
}

func (p pages) beginPasskey(w http.ResponseWriter, r *ui.Request) error {
	keys, err := p.site()
	if err != nil {
		return err
	}
	c, err := keys.BeginSignIn(r.Context(), r.Client())
	if err != nil {
		return err
	}
	return r.Ask(w, c)
}

// shown is what our script sends when a browser has shown a passkey.
type shown struct {
	Next       string          `json:"next"`
	Credential json.RawMessage `json:"credential"`
}

func (p pages) passkey(w http.ResponseWriter, r *ui.Request) error {
	keys, err := p.site()
	if err != nil {
		return err
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var s shown
	if err := json.Unmarshal(b, &s); err != nil {
		return fault.Invalidf("the form is not whole")
	}
	opened, err := keys.SignIn(r.Context(), r.Asked(), s.Credential, team.Credentials{Agent: r.UserAgent(), Address: r.Client()})
	if err != nil {
		return err
	}
	r.Begin(w, opened.Secret, team.SessionLasts, true)
	return ui.JSON(w, map[string]string{"to": or(ui.LocalPath(s.Next), "/")})
}
