package app_test

import (
	"net"
	"strconv"
	"testing"

	"tandem/internal/test/browser"
	"tandem/internal/test/dbtest"
	"tandem/internal/web"
	"tandem/internal/web/ui"
	"tandem/internal/web/webtest"
)

func TestAPasskeySignsInUntilItIsRemoved(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://localhost:" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	s := webtest.New(t, dbtest.SQLite(t), func(h ui.House) []ui.Route { h.PublicURL = address; return web.Routes(h) })
	s.ServeOn(t, listener)
	tab := browser.Start(t).Open(t, address).Authenticator()
	tab.Cookie(webtest.Cookie, s.Enter(t, s.Owner.Email))
	tab.Go("/account").Has("[data-passkey]:not([hidden])").Fill("passkey", "My phone").Fill("password", "not my password")
	tab.Expect("status of 422").Press("Add a passkey").Says("This is not your password")
	tab.Fill("password", webtest.Password).Press("Add a passkey").Says("My phone", "Passkey added")
	tab.Size(390, 844)
	if beyond := tab.Press("Rename My phone").Has("[name=called]").Beyond(); beyond != "" {
		t.Errorf("on a phone %s", beyond)
	}
	tab.Fill("called", "Blue phone").Press("Save").Says("Blue phone", "Saved")
	tab.Press("Sign out*").Leads("/signin").Has("[data-passkey]:not([hidden])").Press("Sign in with a passkey").Leads("/").Says("Today")
	tab.Go("/account").Press("Remove Blue phone").Says("Passkey removed").Press("Sign out*").Leads("/signin")
	tab.Expect("status of 403").Press("Sign in with a passkey").Says("This passkey opens nothing here").Leads("/signin")
}
