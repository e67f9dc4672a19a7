package app_test

import (
	"strings"
	"testing"
)

func TestUsersAndTokensAreManagedWithoutASite(t *testing.T) {
	s := newShop(t)
	first := s.object("user", "add", "mara@x.example", "--name", "Mara Claes")
	if first["role"] != "owner" || len(first["password"].(string)) < 16 {
		t.Errorf("the first user is %v", first)
	}
	if got := s.object("user", "add", "tom@x.example", "--name", "Tom", "--role", "sales"); got["role"] != "sales" {
		t.Errorf("%v", got)
	}
	for _, c := range []struct {
		args, says string
		status     int
	}{
		{"user add tom@x.example --name Tom", "tom@x.example", 1},
		{"user add nobody --name Nobody", "", 1},
		{"user add x@x.example --name X --role king", "king", 1},
		{"user role mara@x.example viewer", "owner", 1},
		{"user remove mara@x.example", "owner", 1},
		{"user remove eve@x.example", "tandem user list", 1},
		{"user reset tom@x.example", "--public-url", 2},
		{"user reset tom@x.example --public-url tandem", "https://tandem.example.com", 2},
		{"user add x@x.example --name X --password-stdin", "standard input", 2},
		{"token add sync --user tom@x.example --scope manage_users", "manage_users", 1},
		{"token add sync --user eve@x.example", "tandem user list", 1},
		{"token add sync --user tom@x.example --days=-1", "up to 3650 days", 1},
		{"token remove 0000000000001", "no such token", 1},
	} {
		status, out, complaint := s.call(strings.Fields(c.args)...)
		if status != c.status || out != "" || !strings.Contains(complaint, c.says) {
			t.Errorf("tandem %s: exit %d, printed %q, said %q", c.args, status, out, complaint)
		}
	}
	s.must("user", "role", "tom@x.example", "both")
	if link := s.object("user", "reset", "tom@x.example", "--public-url", "https://t.example/")["link"].(string); !strings.HasPrefix(link, "https://t.example/reset/") {
		t.Errorf("the link is %s", link)
	}
	token := s.object("token", "add", "sync", "--user", "tom@x.example", "--scope", "read,write_sales", "--days", "30")
	if list := s.must("token", "list"); !strings.Contains(list, "sync") || strings.Contains(list, token["token"].(string)) {
		t.Errorf("the tokens are listed as %q", list)
	}
	s.must("token", "remove", token["id"].(string))
	s.must("user", "remove", "tom@x.example")
	if list := s.must("user", "list"); !strings.Contains(list, "mara@x.example") || strings.Contains(list, "tom@x.example") {
		t.Errorf("the users are listed as %q", list)
	}
}
