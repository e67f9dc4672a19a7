package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"tandem/internal/api"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/file"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/work"
)

var update = flag.Bool("update", false, "write api/openapi.yaml anew")

const described = "../../api/openapi.yaml"

// program is a program that talks to the API of a business.
type program struct {
	t       *testing.T
	house   house.Services
	ws      team.Workspace
	owner   team.Actor
	clock   *clock.Fake
	handler http.Handler
	token   string
}

func open(t *testing.T, d *db.DB) *program {
	t.Helper()
	now := clock.NewFake(time.Date(2026, 5, 20, 8, 24, 0, 0, time.UTC))
	s := house.Build(d, now, filepath.Join(t.TempDir(), "key"))
	s.Team.HashLightly()
	s.Exchange.Files = file.In(t.TempDir())
	catalogue, err := i18n.Shipped()
	must(t, err)
	must(t, s.Team.Begin(t.Context()))
	u, err := s.Team.SetUp(t.Context(), team.NewUser{Name: "Mara Claes", Email: "mara@x.example", Password: "a few good words"}, team.Change{Name: "Alder"})
	must(t, err)
	ws, err := s.Team.BySlug(t.Context(), team.Default)
	must(t, err)
	p := &program{t: t, house: s, ws: ws, clock: now, owner: team.Actor{User: u.ID, Name: u.Name, Role: team.Owner, Via: team.Web}}
	p.handler = api.Handler(api.House{Services: s, Catalogue: catalogue, Log: slog.New(slog.DiscardHandler)})
	p.token = p.scoped(team.Rights()...)
	return p
}

// scoped is a token with some rights.
func (p *program) scoped(rights ...team.Right) string {
	p.t.Helper()
	token, _, err := p.house.Team.MakeToken(p.t.Context(), p.ws.ID, "test", rights, 0, p.owner)
	must(p.t, err)
	return token
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   map[string]any
}

func (p *program) send(method, path string, body any, headers ...string) answer {
	p.t.Helper()
	var content io.Reader = http.NoBody
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		must(p.t, err)
		content = bytes.NewReader(text)
	}
	r := httptest.NewRequest(method, "/api/v1"+path, content)
	r.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	a := answer{p.t, w.Code, w.Header(), map[string]any{}}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
			p.t.Fatalf("%s %s answered %q: %v", method, path, w.Body.String(), err)
		}
	}
	asDescribed(p.t, method, path, a)
	return a
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %v", a.status, status, a.body)
	}
	if status >= 400 && !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") {
		a.t.Errorf("a problem came as %s", a.header.Get("Content-Type"))
	}
	return a
}

func (a answer) text(name string) string { return fmt.Sprint(a.body[name]) }

func (a answer) items() []any { all, _ := a.body["items"].([]any); return all }

type fields map[string]any

func TestWhatIsDescribedIsWhatTheProgramDoes(t *testing.T) {
	catalogue, err := i18n.Shipped()
	must(t, err)
	made, err := api.Spec(api.House{Catalogue: catalogue})
	must(t, err)
	if *update {
		must(t, os.WriteFile(described, made, 0o644))
	}
	kept, err := os.ReadFile(described)
	if err != nil || !bytes.Equal(kept, made) {
		t.Errorf("api/openapi.yaml is not what the code says (%v): go test ./internal/api -run Described -update", err)
	}
}

func TestPeopleAreAddedFoundAndChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		odd := "\u202e<script>alert(1)</script> =1+1 {{.}} 李\U0001F6B2"
		made := p.send("POST", "/contacts", fields{"name": odd, "emails": []string{"ann@x.example"}, "tags": []string{"=cmd"}}).is(201)
		id := made.text("id")
		if got := p.send("GET", "/contacts/"+id, nil).is(200).text("name"); got != odd {
			t.Errorf("the name came back as %q", got)
		}
		p.send("POST", "/contacts", fields{"emails": []string{"ann@x.example"}}).is(409)
		p.send("POST", "/contacts", fields{"name": "x", "emails": []string{"no address"}}).is(422)
		p.send("POST", "/contacts", fields{"name": "x", "colour": "red"}).is(422)
		p.send("GET", "/contacts?colour=red", nil).is(422)
		p.send("GET", "/contacts/0000000000000", nil).is(404)
		p.send("GET", "/contacts/nonsense", nil).is(404)
		seen := made.text("updated_at")
		p.clock.Add(time.Minute)
		p.send("PUT", "/contacts/"+id, fields{"name": "Ann", "emails": []string{"ann@x.example"}, "updated_at": seen}).is(200)
		p.send("PUT", "/contacts/"+id, fields{"name": "Later", "updated_at": seen}).is(409)
		for i := range 5 {
			p.send("POST", "/contacts", fields{"name": fmt.Sprint("Person ", i)}).is(201)
		}
		first := p.send("GET", "/contacts?limit=4", nil).is(200)
		rest := p.send("GET", "/contacts?limit=4&after="+first.text("next"), nil).is(200)
		if len(first.items()) != 4 || len(rest.items()) != 2 || rest.body["next"] != nil {
			t.Errorf("pages of %d and %d, next %v", len(first.items()), len(rest.items()), rest.body["next"])
		}
		if n := len(p.send("GET", "/contacts?q=person", nil).is(200).items()); n != 5 {
			t.Errorf("%d people are called so", n)
		}
	})
}

func TestARequestThatIsSentAgainDoesNothingMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		first := p.send("POST", "/contacts", fields{"name": "Ann"}, "Idempotency-Key", "k1").is(201)
		again := p.send("POST", "/contacts", fields{"name": "Ann"}, "Idempotency-Key", "k1").is(201)
		if first.text("id") != again.text("id") || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%v and %v", first.body, again.body)
		}
		p.send("POST", "/contacts", fields{"name": "Ben"}, "Idempotency-Key", "k1").is(422)
		p.send("POST", "/companies", fields{"name": "Ann"}, "Idempotency-Key", "k1").is(422)
		p.send("POST", "/contacts", fields{"name": "Bad", "country": "Q!"}, "Idempotency-Key", "k2").is(422)
		p.send("POST", "/contacts", fields{"name": "Good"}, "Idempotency-Key", "k2").is(201)
		other := *p
		other.token = p.scoped(team.Read, team.WritePeople)
		other.send("POST", "/contacts", fields{"name": "Of another program"}, "Idempotency-Key", "k1").is(201)
		p.clock.Add(25 * time.Hour)
		if later := p.send("POST", "/contacts", fields{"name": "Ann"}, "Idempotency-Key", "k1").is(201); later.text("id") == first.text("id") {
			t.Error("a key was kept for longer than a day")
		}
	})
}

func TestTouchesAreWrittenOnceByTheirKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		batch := fields{"touches": []fields{
			{"key": "a", "contact": "ann@x.example", "at": "2026-05-01T10:00:00Z", "kind": "ad_click", "source": "google", "medium": "cpc"},
			{"key": "b", "contact": "ann@x.example", "at": "2026-05-02T10:00:00+02:00", "kind": "form_submitted"},
		}}
		if got := p.send("POST", "/touches", batch).is(200); got.text("created") != "2" {
			t.Errorf("%v", got.body)
		}
		if got := p.send("POST", "/touches", batch).is(200); got.text("created") != "0" || got.text("unchanged") != "2" {
			t.Errorf("%v", got.body)
		}
		person := p.send("GET", "/contacts", nil).items()[0].(map[string]any)["id"].(string)
		touches := p.send("GET", "/contacts/"+person+"/touches", nil).is(200).items()
		if len(touches) != 2 || touches[1].(map[string]any)["channel"] != "Paid Search" {
			t.Errorf("%v", touches)
		}
		p.send("POST", "/touches", fields{"touches": []fields{{"key": "c", "contact": "x", "at": "2026-05-01T10:00:00Z", "kind": "created"}}}).is(422)
		p.send("POST", "/touches", fields{"touches": []fields{{"key": "c", "contact": "x", "at": "yesterday", "kind": "call"}}}).is(422)
		p.token = p.scoped(team.Read, team.WritePeople, team.WriteMarketing)
		p.send("POST", "/touches", fields{"touches": []fields{{"key": "c", "contact": "x", "at": "2026-05-01T10:00:00Z", "kind": "call"}}}).is(403)
	})
}

func TestADealIsWonAndPaidAndReported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.send("POST", "/touches", fields{"touches": []fields{{"key": "a", "contact": "ann@x.example", "at": "2026-05-01T10:00:00Z", "kind": "ad_click", "source": "google", "medium": "cpc"}}}).is(200)
		person := p.send("GET", "/contacts", nil).items()[0].(map[string]any)["id"]
		deal := p.send("POST", "/deals", fields{"name": "Family", "contact_id": person, "amount": 398000}).is(201).text("id")
		p.send("POST", "/deals", fields{"name": "x", "contact_id": "0000000000001"}).is(422)
		p.clock.Add(time.Hour)
		p.send("POST", "/deals/"+deal+"/win", nil).is(200)
		p.send("POST", "/deals/"+deal+"/win", nil).is(409)
		p.send("POST", "/payments", fields{"key": "p1", "deal_id": deal, "at": "2026-05-20T08:00:00Z", "amount": 398000}).is(200)
		p.send("POST", "/payments", fields{"key": "p1", "deal_id": deal, "at": "2026-05-20T08:00:00Z", "amount": 398000}).is(200)
		if n := len(p.send("GET", "/payments", nil).is(200).items()); n != 1 {
			t.Errorf("%d payments", n)
		}
		p.send("POST", "/costs", fields{"costs": []fields{{"key": "c1", "from": "2026-05-01", "to": "2026-05-20", "channel": "Paid Search", "amount": 10000}}}).is(200)
		got := p.send("GET", "/reports/attribution?conversion=paid", nil).is(200)
		if total := got.body["total"].(map[string]any); fmt.Sprint(total["value"]) == "0" {
			t.Errorf("%v", got.body)
		}
		for _, name := range []string{"funnel", "cycle", "sources", "campaigns", "cohorts", "quality"} {
			p.send("GET", "/reports/"+name, nil).is(200)
		}
		p.send("GET", "/reports/attribution?model=astrology", nil).is(422)
		if rows := p.send("GET", "/reports/funnel?from=2020-01-01&to=2020-01-31&by=source", nil).is(200).body["rows"].([]any); len(rows) != 0 {
			t.Errorf("a funnel of another time has %v", rows)
		}
		p.token = p.scoped(team.Read, team.WriteSales)
		p.send("POST", "/payments", fields{"key": "r1", "deal_id": deal, "at": "2026-05-20T08:00:00Z", "amount": 100, "kind": "refund"}).is(403)
	})
}

func TestSegmentsAreCheckedTrees(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.send("POST", "/contacts", fields{"name": "Ann", "lifecycle": "customer"}).is(201)
		p.send("POST", "/contacts", fields{"name": "Ben"}).is(201)
		rule := fields{"all": []fields{{"if": fields{"field": "lifecycle", "op": "is", "value": "customer"}}}}
		if n := p.send("POST", "/segments/count", fields{"rule": rule}).is(200).text("count"); n != "1" {
			t.Errorf("%s customers", n)
		}
		of := p.send("POST", "/segments", fields{"name": "Customers", "rule": rule}).is(201).text("id")
		if n := len(p.send("GET", "/contacts?segment="+of, nil).is(200).items()); n != 1 {
			t.Errorf("%d people in the segment", n)
		}
		deep := strings.Repeat(`{"all":[`, 1000) + `{"if":{"field":"name","op":"is","value":"x"}}` + strings.Repeat(`]}`, 1000)
		p.send("POST", "/segments/count", `{"rule":`+deep+`}`).is(422)
		p.send("POST", "/segments/count", `{"rule":{"if":{"field":"name; DROP TABLE contact","op":"is","value":"x"}}}`).is(422)
		p.send("DELETE", "/segments/"+of, nil).is(200)
		p.send("GET", "/segments/"+of, nil).is(404)
	})
}

func TestAFileIsTriedThenImportedAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		works := func() {
			r := work.New(d, p.clock, work.Options{Node: "a", Log: slog.New(slog.DiscardHandler)})
			p.house.Exchange.Register(r)
			_, err := r.Once(t.Context())
			must(t, err)
		}
		of := p.send("POST", "/imports?kind=contacts&name=people.csv", "name,email\nAnn,ann@x.example\nBad,bad@@x\n", "Content-Type", "text/csv").is(201).text("id")
		p.send("POST", "/imports/"+of+"/start", nil).is(409)
		works()
		trial := p.send("GET", "/imports/"+of, nil).is(200).body["trial"].(map[string]any)
		if fmt.Sprint(trial["created"], trial["skipped"]) != "1 1" {
			t.Errorf("%v", trial)
		}
		p.send("POST", "/imports/"+of+"/start", nil).is(200)
		works()
		if state := p.send("GET", "/imports/"+of, nil).is(200).text("state"); state != "done" {
			t.Errorf("the import is %s", state)
		}
		p.send("POST", "/imports/"+of+"/undo", nil).is(200)
		works()
		if n := len(p.send("GET", "/contacts", nil).items()); n != 0 {
			t.Errorf("%d people are left", n)
		}
		p.send("POST", "/imports?kind=contacts", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "Content-Type", "text/csv").is(422)
	})
}

// operations are everything that is described, as method and path.
func operations(t *testing.T) [][2]string {
	t.Helper()
	text, err := os.ReadFile(described)
	must(t, err)
	var spec struct {
		Paths map[string]map[string]any
	}
	must(t, yaml.Unmarshal(text, &spec))
	var all [][2]string
	for path, methods := range spec.Paths {
		for method := range methods {
			all = append(all, [2]string{strings.ToUpper(method), strings.TrimPrefix(path, "/api/v1")})
		}
	}
	if len(all) < 35 {
		t.Fatalf("only %d operations", len(all))
	}
	return all
}

func TestNobodyAndNoOtherWorkspaceGetsIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		person := p.send("POST", "/contacts", fields{"name": "Ann"}).is(201).text("id")
		other, err := p.house.Team.Create(t.Context(), team.Opening{Slug: "other", Name: "Other"})
		must(t, err)
		stranger := *p
		token, _, err := p.house.Team.MakeToken(t.Context(), other.ID, "x", team.Rights(), 0, p.owner)
		must(t, err)
		for _, o := range operations(t) {
			path := strings.ReplaceAll(o[1], "{id}", person)
			for _, bad := range []string{"", "nonsense", token} {
				stranger.token = bad
				a := stranger.send(o[0], path, nil).is(401)
				if a.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s %s does not say how to come in", o[0], path)
				}
			}
		}
		u, err := p.house.Team.AddMember(t.Context(), other.ID, team.NewUser{Name: "Olga", Email: "olga@x.example", Password: "a few good words"}, team.Owner, p.owner)
		must(t, err)
		stranger.token, _, err = p.house.Team.MakeToken(t.Context(), other.ID, "x", team.Rights(), 0, team.Actor{User: u.ID, Name: u.Name, Role: team.Owner})
		must(t, err)
		stranger.send("GET", "/contacts/"+person, nil).is(404)
		stranger.send("PUT", "/contacts/"+person, fields{"name": "Mine", "updated_at": "2026-05-20T08:24:00Z"}).is(404)
		if n := len(stranger.send("GET", "/contacts", nil).is(200).items()); n != 0 {
			t.Errorf("another workspace sees %d people", n)
		}
	})
}

func TestATokenActsWithinItsScopesAndUntilItIsRevoked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		reader := *p
		reader.token = p.scoped(team.Read)
		reader.send("GET", "/contacts", nil).is(200)
		for path, body := range map[string]fields{
			"/contacts": {"name": "x"}, "/companies": {"name": "x"}, "/deals": {"name": "x"}, "/segments": {"name": "x", "rule": fields{}},
			"/payments": {"key": "x", "at": "2026-05-20T08:00:00Z", "amount": 1}, "/costs": {"costs": []fields{{"key": "x", "from": "2026-05-01", "amount": 1}}},
		} {
			reader.send("POST", path, body).is(403)
		}
		reader.send("POST", "/imports?kind=contacts", "name,email\nA,a@x.example\n", "Content-Type", "text/csv").is(403)
		tokens, err := p.house.Team.Tokens(t.Context(), p.ws.ID, p.owner)
		must(t, err)
		for _, one := range tokens {
			must(t, p.house.Team.RevokeToken(t.Context(), p.ws.ID, one.ID, p.owner))
		}
		reader.send("GET", "/contacts", nil).is(401)
	})
}

func TestOwnFieldsAndConsentsAreReadAndWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.send("POST", "/fields", fields{"entity": "contact", "name": "Bikes at home", "type": "number"}).is(201)
		p.send("POST", "/fields", fields{"entity": "contact", "name": "bikes AT home", "type": "text"}).is(409)
		p.send("POST", "/fields", fields{"entity": "contact", "name": "Rides", "type": "boolean"}).is(201)
		p.send("POST", "/fields", fields{"entity": "contact", "name": "Since", "type": "time"}).is(201)
		p.send("POST", "/fields", fields{"entity": "company", "name": "Trade", "type": "text"}).is(201)
		if n := len(p.send("GET", "/fields?entity=contact", nil).is(200).items()); n != 3 {
			t.Errorf("%d fields", n)
		}
		made := p.send("POST", "/contacts", fields{"name": "Ann", "fields": fields{"bikes at home": 2.5, "Rides": true, "Since": "2026-05-01T12:00:00+02:00"}}).is(201)
		if own := fmt.Sprint(made.body["fields"]); own != "map[Bikes at home:2.5 Rides:true Since:2026-05-01T10:00:00Z]" {
			t.Errorf("own fields are %s", own)
		}
		of := made.text("id")
		changed := p.send("PUT", "/contacts/"+of, fields{"name": "Ann", "updated_at": made.text("updated_at"), "fields": fields{"Rides": nil}}).is(200)
		if own := fmt.Sprint(changed.body["fields"]); own != "map[Bikes at home:2.5 Since:2026-05-01T10:00:00Z]" {
			t.Errorf("own fields are %s", own)
		}
		for _, wrong := range []fields{{"Colour": "red"}, {"Rides": "perhaps"}, {"Bikes at home": "two"}, {"Since": "yesterday"}, {"Rides": fields{"a": 1}}} {
			p.send("POST", "/contacts", fields{"name": "Ben", "fields": wrong}).is(422)
		}
		if n := len(p.send("GET", "/contacts?q=ben", nil).is(200).items()); n != 0 {
			t.Errorf("%d people of wrong fields were made", n)
		}
		if firm := p.send("POST", "/companies", fields{"name": "Oost", "fields": fields{"Trade": "=bakery"}}).is(201); fmt.Sprint(firm.body["fields"]) != "map[Trade:=bakery]" {
			t.Errorf("%v", firm.body)
		}
		if firm := p.send("POST", "/companies", fields{"name": "West", "fields": fields{"Trade": "true"}}).is(201); firm.body["fields"].(map[string]any)["Trade"] != "true" {
			t.Errorf("a text became %v", firm.body)
		}

		to := "/contacts/" + of + "/consents"
		p.send("POST", to, fields{"channel": "email", "state": "granted"}).is(422) // nothing is granted without a proof
		p.send("POST", to, fields{"channel": "email", "state": "granted", "source": "shop", "proof": "ticked: news"}).is(200)
		p.clock.Add(time.Minute)
		p.send("POST", to, fields{"channel": "email", "state": "refused"}).is(200)
		p.send("POST", to, fields{"channel": "fax", "state": "refused"}).is(422)
		anew := fields{"channel": "email", "state": "granted", "proof": "the form of yesterday", "at": "2026-05-19T08:00:00Z"}
		p.send("POST", to, anew).is(409) // a refusal is final
		anew["purpose"] = "research"
		p.send("POST", to, anew).is(200)
		anew["at"] = "2027-05-19T08:00:00Z"
		p.send("POST", to, anew).is(422)
		p.send("POST", "/contacts/0000000000001/consents", fields{"channel": "email", "state": "refused"}).is(404)
		if all := p.send("GET", to, nil).is(200).items(); len(all) != 2 || all[0].(map[string]any)["state"] != "refused" {
			t.Errorf("%v", all)
		}
		p.token = p.scoped(team.Read)
		p.send("POST", to, fields{"channel": "email", "state": "granted", "proof": "x"}).is(403)
		p.send("POST", "/fields", fields{"entity": "contact", "name": "x", "type": "text"}).is(403)
	})
}

func TestAFileThatIsSentAgainWithItsKeyIsOneImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		send := func(csv, key string) answer {
			return p.send("POST", "/imports?kind=contacts&name=fair.csv", csv, "Content-Type", "text/csv", "Idempotency-Key", key)
		}
		first := send("name,email\nAnn,ann@x.example\n", "k1").is(201)
		again := send("name,email\nAnn,ann@x.example\n", "k1").is(201)
		if again.text("id") != first.text("id") || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%v, then %v", first.body, again.body)
		}
		send("name,email\nBen,ben@x.example\n", "k1").is(422)
		if n := len(p.send("GET", "/imports", nil).is(200).items()); n != 1 {
			t.Errorf("%d imports", n)
		}
		if other := send("name,email\nBen,ben@x.example\n", "k2").is(201); other.text("id") == first.text("id") {
			t.Error("another file is the same import")
		}
	})
}
