package webtest

import (
	"net"
	"net/http/httptest"
	"testing"

	"tandem/internal/demo"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Cookie is the name under which a browser keeps its session.
const Cookie = "tandem"

// Serve lets real browsers reach the site, until the test ends. It returns the site's address.
func (s *Site) Serve(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	return server.URL
}

// Hire makes somebody a member of a workspace, with the email ROLE@aldercycles.example.
func (s *Site) Hire(t testing.TB, ws id.Workspace, role team.Role) team.User {
	t.Helper()
	who := team.NewUser{Name: "A " + string(role), Email: string(role) + "@aldercycles.example", Password: Password}
	u, err := s.Team.AddMember(t.Context(), ws, who, role, s.By())
	must(t, err)
	return u
}

// Enter signs somebody in, and returns what their browser keeps.
func (s *Site) Enter(t testing.TB, email string) string {
	t.Helper()
	password := Password
	if s.demo && email == s.Owner.Email {
		password = demo.Password
	}
	opened, err := s.Team.SignIn(t.Context(), team.Credentials{Email: email, Password: password, Address: "192.0.2.1", Agent: "test"})
	must(t, err)
	return opened.Secret
}

// Keeping is a browser that keeps a session.
func (s *Site) Keeping(t testing.TB, secret string) *Browser {
	b := s.Stranger(t)
	b.cookies[Cookie] = secret
	return b
}

// ServeOn is Serve at an address that was chosen beforehand.
func (s *Site) ServeOn(t testing.TB, l net.Listener) {
	t.Helper()
	server := httptest.NewUnstartedServer(s.handler)
	must(t, server.Listener.Close())
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
}
