package segment_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
	"tandem/internal/text"
)

// known is everything that the test has told the store about one person.
type known struct {
	contact.Row
	id       id.ID
	touches  []journey.Touch
	consents []consent.Consent
	deals    []sale
	own      map[field.Type]string
}

type sale struct {
	status   string
	amount   int64
	currency string
	removed  bool
}

// TestCountsAreWhatEvaluatingTheRuleForEachPersonGives plays random rules against random people, and asks the store and plain Go the same.
func TestCountsAreWhatEvaluatingTheRuleForEachPersonGives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for seed := range uint64(4) {
			w := &world{T: t, d: d, random: rand.New(rand.NewPCG(seed, 7)), ws: id.Workspace(100 + seed)}
			w.populate(40)
			asked := map[string]int{}
			for range 150 {
				rule := w.rule(1 + w.random.IntN(4))
				w.compare(rule, asked)
			}
			for _, f := range segment.Fields(w.scope.Own) {
				for _, op := range f.Ops {
					for range 4 {
						w.compare(segment.Rule{If: w.condition(f, op)}, asked)
					}
				}
			}
			if asked["some"] < 150 {
				t.Errorf("most rules match nobody or everybody: %v", asked)
			}
		}
	})
}

type world struct {
	*testing.T
	d      *db.DB
	random *rand.Rand
	ws     id.Workspace
	scope  segment.Scope
	people []*known
	own    map[field.Type]field.Field
}

func (w *world) one(of ...string) string { return of[w.random.IntN(len(of))] }

func (w *world) sometimes(n int) bool { return w.random.IntN(n) == 0 }

// compare asks the store for the people of a rule, and Go.
func (w *world) compare(rule segment.Rule, asked map[string]int) {
	w.Helper()
	var want, got []id.ID
	for _, p := range w.people {
		if w.matches(p, rule) {
			want = append(want, p.id)
		}
	}
	err := w.d.Read(w.Context(), w.ws, func(tx *db.Tx) (err error) {
		if got, err = segment.IDs(w.Context(), tx, w.scope, segment.Query{Rule: rule, Limit: 500}, 0); err != nil {
			return err
		}
		n, err := segment.Count(w.Context(), tx, w.scope, segment.Query{Rule: rule})
		if n != len(got) {
			w.Errorf("%s: counted %d, listed %d", rule, n, len(got))
		}
		return err
	})
	if err != nil {
		w.Fatalf("%s: %v", rule, err)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.Errorf("%s:\nthe store says %v\nit should be   %v", rule, w.names(got), w.names(want))
	}
	if len(want) > 0 && len(want) < len(w.people) {
		asked["some"]++
	} else {
		asked["all or none"]++
	}
}

func (w *world) names(ids []id.ID) []string {
	var all []string
	for _, p := range w.people {
		if slices.Contains(ids, p.id) {
			all = append(all, p.Name)
		}
	}
	return all
}

// --- the people

func (w *world) populate(n int) {
	c := clock.NewFake(now)
	j := journey.New(c)
	contacts, fields, consents := contact.New(j, c), field.New(c), consent.New(j, c)
	w.scope = segment.Scope{Workspace: w.ws, Zone: time.UTC, Now: now, Currency: "EUR"}
	for i := range n {
		w.people = append(w.people, w.person(i))
	}
	err := w.d.Write(w.Context(), w.ws, func(tx *db.Tx) error {
		rows := make([]contact.Row, n)
		for i, p := range w.people {
			rows[i] = p.Row
		}
		made, err := contacts.PutAll(w.Context(), tx, rows, contact.Options{})
		if err != nil {
			return err
		}
		w.own, w.scope.Own = map[field.Type]field.Field{}, nil
		for _, kind := range []field.Type{field.Text, field.Number, field.Time, field.Boolean} {
			f, err := fields.Define(w.Context(), tx, field.Contact, string(kind), kind)
			if err != nil {
				return err
			}
			w.own[kind], w.scope.Own = f, append(w.scope.Own, f)
		}
		for i, p := range w.people {
			p.id = made.Puts[i].ID
			if err := w.tell(tx, j, fields, consents, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = glance.CatchUp(w.Context(), w.d, w.ws)
	}
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) person(i int) *known {
	p := &known{own: map[field.Type]string{}}
	p.Name = fmt.Sprintf("%s %s%d", w.one("Ann", "Béa", "cor", "D_n", "E%"), w.one("Van", "de ", "O'", "\\"), i)
	p.Emails = email(fmt.Sprintf("p%d@%s.example", i, w.one("x", "y", "z_z")))
	if w.sometimes(3) {
		p.Phones = []contact.Phone{{Key: fmt.Sprintf("+3247000%04d", i), Shown: "0470"}}
	}
	p.Company = w.one("", "", "Broodhuis", "ACME & Co", "acme 2")
	p.Title, p.Place.City, p.Place.Country = w.one("", "Baker"), w.one("", "Gent", "gent", "Brugge"), w.one("", "BE", "NL")
	p.Language, p.Owner = w.one("", "nl", "fr"), w.one("", "Mara", "Tom")
	p.Lifecycle = contact.Lifecycle(w.one("", "subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist"))
	p.CreatedAt = ago(w.random.IntN(400)) - clock.Micros(w.random.Int64N(1e9))
	for _, tag := range []string{"VIP", "Shop", "fair 2026"} {
		if w.sometimes(3) {
			p.Tags = append(p.Tags, contact.Tag{Key: text.Key(tag), Shown: tag})
		}
	}
	for range w.random.IntN(6) {
		p.touches = append(p.touches, w.touch())
	}
	for range w.random.IntN(3) {
		p.deals = append(p.deals, sale{w.one("open", "won", "won", "lost"), w.random.Int64N(3) * 1000, w.one("EUR", "EUR", "USD"), w.sometimes(5)})
	}
	w.said(p)
	return p
}

func (w *world) touch() journey.Touch {
	kind := w.one(journey.PageView, journey.AdClick, journey.Call, journey.FormSubmitted, journey.EmailOpened, journey.Payment, journey.EmailSent)
	return journey.Touch{
		ID: id.New(), Kind: kind, At: ago(w.random.IntN(120)) - clock.Micros(w.random.Int64N(80_000e6)), Channel: w.one("Paid Search", "Email", "Press"),
		Campaign: w.one("", "Spring", "Fair"), Page: w.one("", "/fleet", "/Fleet/prices", "/100%"), Machine: w.sometimes(6), Retracted: w.sometime(),
	}
}

func (w *world) sometime() clock.Micros {
	if w.sometimes(8) {
		return ago(0)
	}
	return 0
}

func (w *world) said(p *known) {
	for range w.random.IntN(3) {
		p.consents = append(p.consents, consent.Consent{
			Purpose: w.one(consent.Marketing, "research"), Channel: w.one(consent.Email, "phone"),
			State: consent.State(w.one("granted", "refused")), At: ago(w.random.IntN(90)) - clock.Micros(w.random.Int64N(1e9)),
		})
	}
	slices.SortFunc(p.consents, func(a, b consent.Consent) int { return int(a.At - b.At) })
	for kind, values := range map[field.Type][]string{
		field.Text: {"", "red", "Red"}, field.Number: {"", "1", "2.5", "-3"}, field.Boolean: {"", "true", "false"},
		field.Time: {"", "2026-05-01T00:00:00Z", "2026-05-02T10:00:00Z"},
	} {
		p.own[kind] = w.one(values...)
	}
}

// tell writes down what is known of a person.
func (w *world) tell(tx *db.Tx, j *journey.Service, fields *field.Service, consents *consent.Service, p *known) error {
	var retracted []id.ID
	var touches []journey.Touch
	for _, t := range p.touches {
		t.ContactID = p.id
		if t.Retracted != 0 {
			retracted, t.Retracted = append(retracted, t.ID), 0
		}
		touches = append(touches, t)
	}
	if err := j.Record(w.Context(), tx, touches); err != nil {
		return err
	}
	if err := j.Retract(w.Context(), tx, retracted); err != nil {
		return err
	}
	for _, c := range p.consents { // in their order, each in a call of its own
		c.ContactID = p.id
		if _, err := consents.PutAll(w.Context(), tx, []consent.Consent{c}); err != nil {
			return err
		}
	}
	var values []field.Value
	for kind, value := range p.own {
		if value == "" {
			continue
		}
		f := w.own[kind]
		v, err := f.Parse(p.id, value)
		if err != nil {
			return err
		}
		values = append(values, v)
	}
	if _, err := fields.PutAll(w.Context(), tx, values, true); err != nil {
		return err
	}
	return w.sell(tx, p)
}

func (w *world) sell(tx *db.Tx, p *known) error {
	pipeline, stage := id.ID(1), id.ID(1)
	if _, err := db.Exec(w.Context(), tx, `INSERT INTO pipeline (workspace_id, id, name, name_key, position) VALUES ($1, $2, '', '', 0)
		ON CONFLICT (workspace_id, id) DO NOTHING`, w.ws, pipeline); err != nil {
		return err
	}
	if _, err := db.Exec(w.Context(), tx, `INSERT INTO stage (workspace_id, id, pipeline_id, name, name_key, position, status) VALUES ($1, $2, $3, '', '', 0, 'open')
		ON CONFLICT (workspace_id, id) DO NOTHING`, w.ws, stage, pipeline); err != nil {
		return err
	}
	for _, s := range p.deals {
		var removed any
		if s.removed {
			removed = ago(0)
		}
		deal := id.New()
		_, err := db.Exec(w.Context(), tx, `INSERT INTO deal (workspace_id, id, key, name, contact_id, pipeline_id, stage_id, status, amount, currency, owner,
			lost_reason, created_at, recorded_at, updated_at, removed_at) VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8, $9, '', '', 1, 1, 1, $10)`,
			w.ws, deal, deal.String(), p.id, pipeline, stage, s.status, s.amount, s.currency, removed)
		if err != nil {
			return err
		}
	}
	return nil
}

// --- the rules

func (w *world) rule(depth int) segment.Rule {
	if depth == 1 || w.sometimes(4) {
		fields := segment.Fields(w.scope.Own)
		f := fields[w.random.IntN(len(fields))]
		return segment.Rule{If: w.condition(f, f.Ops[w.random.IntN(len(f.Ops))])}
	}
	var group []segment.Rule
	for range 1 + w.random.IntN(3) {
		group = append(group, w.rule(depth-1))
	}
	switch w.random.IntN(3) {
	case 0:
		return segment.Rule{Any: group}
	case 1:
		return segment.Rule{None: group}
	}
	return segment.Rule{All: group}
}

func (w *world) condition(f segment.Field, op segment.Op) *segment.Condition {
	c := &segment.Condition{Field: f.Name, Op: op, Value: w.value(f, op)}
	switch f.Name {
	case "touch":
		w.narrow(c)
	case "consent":
		c.Purpose, c.Channel = w.one("", "research"), w.one("", "phone")
	}
	return c
}

func (w *world) narrow(c *segment.Condition) {
	if w.sometimes(2) {
		c.Days = w.random.IntN(120)
	}
	if w.sometimes(4) {
		c.From, c.To = w.one("", "2026-02-10", "2026-04-01"), w.one("", "2026-04-01", "2026-05-19")
	}
	if w.sometimes(3) {
		c.Channel = w.one("Paid Search", "Email")
	}
	if w.sometimes(3) {
		c.Campaign = w.one("Spring", "Fair")
	}
	if w.sometimes(3) {
		c.Page = w.one("/fleet", "prices", "%", "_")
	}
}

func (w *world) value(f segment.Field, op segment.Op) string {
	if len(f.Choices) > 0 {
		return w.one(f.Choices[:min(len(f.Choices), 14)]...)
	}
	switch {
	case op == segment.InLast || op == segment.NotLast:
		return strconv.Itoa(w.random.IntN(300))
	case f.Shape == segment.Moment:
		return w.one("2025-11-01", "2026-03-01", "2026-05-01", "2026-05-02")
	case f.Name == "won":
		return w.one("-1", "0", "10", "10.01", "20")
	case f.Shape == segment.Amount:
		return w.one("1", "2", "2.5", "-10")
	}
	values := map[string][]string{
		"name": {"ann", "BÉA", "_", "%", "\\", "o'"}, "email": {"@x.", "Z_Z", "p1", "p1@x.example"}, "phone": {"+32470000001", "0001"},
		"company": {"acme", "broodHUIS", "&"}, "title": {"Baker"}, "city": {"Gent", "gent"}, "country": {"be", "NL"}, "language": {"nl"},
		"owner": {"Mara", "Tom"}, "tag": {"vip", "FAIR 2026", "nobody's"}, "channel": {"Paid Search", "Press"},
	}
	if some, ok := values[f.Name]; ok {
		return w.one(some...)
	}
	return w.one("red", "Red")
}

// --- the same in plain Go

func (w *world) matches(p *known, r segment.Rule) bool {
	is := func(child segment.Rule) bool { return w.matches(p, child) }
	switch {
	case r.If != nil:
		return w.holds(p, r.If)
	case len(r.Any) > 0:
		return slices.ContainsFunc(r.Any, is)
	case len(r.None) > 0:
		return !slices.ContainsFunc(r.None, is)
	}
	return !slices.ContainsFunc(r.All, func(child segment.Rule) bool { return !is(child) })
}

func (w *world) holds(p *known, c *segment.Condition) bool {
	switch c.Field {
	case "name":
		return compared(text.Key(p.Name), c, text.Key(c.Value))
	case "email":
		return anyOf(c, shownKeys(p.Emails, func(e contact.Email) string { return e.Key }))
	case "phone":
		return anyOf(c, shownKeys(p.Phones, func(e contact.Phone) string { return e.Key }))
	case "company":
		return compared(text.Key(p.Company), c, text.Key(c.Value)) && (p.Company != "" || c.Op == segment.Empty)
	case "title":
		return compared(p.Title, c, c.Value)
	case "city":
		return compared(p.Place.City, c, c.Value)
	case "country":
		return compared(p.Place.Country, c, strings.ToUpper(c.Value))
	case "language":
		return compared(p.Language, c, c.Value)
	case "owner":
		return compared(p.Owner, c, c.Value)
	case "lifecycle":
		return staged(p.Lifecycle, c)
	case "tag":
		return anyOf(c, shownKeys(p.Tags, func(t contact.Tag) string { return t.Key }))
	}
	return w.happened(p, c)
}

func (w *world) happened(p *known, c *segment.Condition) bool {
	first, last, waiting := walked(p)
	switch c.Field {
	case "created":
		return at(p.CreatedAt, c)
	case "lead":
		if !p.Lifecycle.AtLeastLead() {
			return at(0, c)
		}
		return at(p.CreatedAt, c)
	case "first":
		return at(first.At, c)
	case "last":
		return at(last, c)
	case "channel":
		return compared(first.Channel, c, c.Value)
	case "side":
		return compared(string(first.Side), c, c.Value)
	case "waiting":
		return waiting == (c.Op == segment.Is)
	case "touch":
		did := slices.ContainsFunc(p.touches, func(t journey.Touch) bool { return done(&t, c) })
		return did == (c.Op == segment.Did)
	case "consent":
		return compared(string(allowed(p, c)), c, c.Value)
	case "deal", "won":
		return sold(p, c)
	}
	return w.owned(p, c)
}

func compared(is string, c *segment.Condition, value string) bool {
	switch c.Op {
	case segment.IsNot:
		return is != value
	case segment.Contains:
		return strings.Contains(is, value)
	case segment.Filled:
		return is != ""
	case segment.Empty:
		return is == ""
	}
	return is == value
}

func shownKeys[T any](all []T, key func(T) string) []string {
	var keys []string
	for _, one := range all {
		keys = append(keys, key(one))
	}
	return keys
}

func anyOf(c *segment.Condition, keys []string) bool {
	value := text.Key(c.Value)
	switch c.Op {
	case segment.Filled:
		return len(keys) > 0
	case segment.Empty:
		return len(keys) == 0
	case segment.Contains:
		return slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(k, value) })
	case segment.IsNot:
		return !slices.Contains(keys, value)
	}
	return slices.Contains(keys, value)
}

func staged(l contact.Lifecycle, c *segment.Condition) bool {
	if c.Op == segment.AtLeast {
		return slices.Index(contact.Lifecycles(), l) >= slices.Index(contact.Lifecycles(), contact.Lifecycle(c.Value))
	}
	return compared(string(l), c, c.Value)
}

// at compares an instant that is 0 if it is unknown.
func at(is clock.Micros, c *segment.Condition) bool {
	switch c.Op {
	case segment.Filled:
		return is != 0
	case segment.Empty:
		return is == 0
	case segment.InLast, segment.NotLast:
		n, _ := strconv.Atoi(c.Value)
		return (is >= ago(n)) == (c.Op == segment.InLast)
	}
	if is == 0 {
		return false
	}
	return (is < midnight(c.Value, 0)) == (c.Op == segment.Before)
}

func midnight(day string, plus int) clock.Micros {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return clock.Of(t.AddDate(0, 0, plus))
}

// walked is a person's journey from its beginning to its end.
func walked(p *known) (first journey.Touch, last clock.Micros, waiting bool) {
	in := slices.Clone(p.touches)
	slices.SortFunc(in, func(a, b journey.Touch) int { return int(a.At - b.At) })
	for _, t := range in {
		t.Side = journey.SideOf(t.Kind)
		if t.Retracted != 0 {
			continue
		}
		if first.At == 0 && t.Counts() {
			first = t
		}
		if !t.Machine {
			last = t.At
		}
		switch {
		case t.Kind == journey.FormSubmitted && !t.Machine:
			waiting = true
		case t.Kind == journey.Call || t.Kind == journey.Payment:
			waiting = false
		}
	}
	return first, last, waiting
}

func done(t *journey.Touch, c *segment.Condition) bool {
	return t.Kind == c.Value && t.Retracted == 0 && !t.Machine && (c.Days == 0 || t.At >= ago(c.Days)) &&
		(c.From == "" || t.At >= midnight(c.From, 0)) && (c.To == "" || t.At < midnight(c.To, 1)) &&
		(c.Channel == "" || t.Channel == c.Channel) && (c.Campaign == "" || t.Campaign == c.Campaign) && strings.Contains(t.Page, c.Page)
}

// allowed is what holds of a consent: a refusal until a later grant.
func allowed(p *known, c *segment.Condition) consent.State {
	purpose, channel := consent.Marketing, consent.Email
	if c.Purpose != "" {
		purpose = c.Purpose
	}
	if c.Channel != "" {
		channel = c.Channel
	}
	var state consent.State
	for _, said := range p.consents {
		if said.Purpose == purpose && said.Channel == channel {
			state = said.State
		}
	}
	return state
}

func sold(p *known, c *segment.Condition) bool {
	var statuses []string
	sum := int64(0)
	for _, s := range p.deals {
		if s.removed {
			continue
		}
		statuses = append(statuses, s.status)
		if s.status == "won" && s.currency == "EUR" {
			sum += s.amount
		}
	}
	if c.Field == "deal" {
		return anyOf(c, statuses)
	}
	amount, err := strconv.ParseFloat(c.Value, 64)
	if err != nil {
		panic(err)
	}
	minor := int64(amount*100 + 0.5)
	if amount < 0 {
		minor = int64(amount*100 - 0.5)
	}
	return c.Op == segment.AtLeast && sum >= minor || c.Op == segment.AtMost && sum <= minor
}

func (w *world) owned(p *known, c *segment.Condition) bool {
	for kind, f := range w.own {
		if c.Field != "own."+f.ID.String() {
			continue
		}
		value := p.own[kind]
		switch {
		case c.Op == segment.Filled || c.Op == segment.Empty:
			return compared(value, c, "")
		case kind == field.Number:
			return numbered(value, c)
		case kind == field.Time:
			return value != "" && (value < c.Value) == (c.Op == segment.Before) // both begin with the day
		case c.Op == segment.Is && value == "":
			return false
		}
		return compared(value, c, c.Value)
	}
	w.Fatalf("nobody knows the field %q", c.Field)
	return false
}

func numbered(value string, c *segment.Condition) bool {
	is, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return false
	}
	than, err := strconv.ParseFloat(c.Value, 64)
	if err != nil {
		panic(err)
	}
	return c.Op == segment.Is && is == than || c.Op == segment.AtLeast && is >= than || c.Op == segment.AtMost && is <= than
}
