package settings

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/id"
	"tandem/internal/people/field"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// subjects are the sorts of records that the list can be narrowed to.
func subjects() map[string][]string {
	of := map[string][]string{
		"people": {"contact", "contact fields", "company", "company fields", "consent", "segment"}, "sales": {"deal", "deal fields", "activity", "payment"},
		"team": {"user", "link", "token"}, "settings": {"workspace", "pipeline", "stage", "field"}, "files": {"all"},
	}
	for _, k := range exchange.Kinds() {
		of["files"] = append(of["files"], string(k))
	}
	return of
}

// did is what somebody did, in words; what nobody has put into words is said as it is written.
func did(v ui.Voice, e team.Entry) string {
	says := map[string]string{
		"bring": v.T("Uploaded a file"), "check": v.T("Tried a file"), "start import": v.T("Started an import"), "stop import": v.T("Stopped an import"),
		"read anew": v.T("Had a file read anew"), "discard": v.T("Discarded a file"),
		"import": v.T("Imported a file"), "take back import": v.T("Began to take an import back"), "undo import": v.T("Took an import back"),
		"record costs": v.T("Recorded costs"), "record touches": v.T("Recorded touches"),
		"create contact": v.T("Added a person"), "edit contact": v.T("Changed a person"), "edit contact fields": v.T("Changed a person"), "update contact": v.T("Changed a person"),
		"change many contact": v.T("Changed many people"), "take back contact": v.T("Took a change of many people back"), "export contact": v.T("Exported a list of people"),
		"create company": v.T("Added a company"), "edit company": v.T("Changed a company"), "edit company fields": v.T("Changed a company"), "update company": v.T("Changed a company"),
		"granted consent": v.T("Wrote down a consent"), "refused consent": v.T("Wrote down a refusal"), "withdrawn consent": v.T("Wrote down a refusal"),
		"save segment": v.T("Made a segment"), "edit segment": v.T("Changed a segment"), "show segment": v.T("Changed how a segment is shown"),
		"move segment": v.T("Moved a segment"), "remove segment": v.T("Removed a segment"), "restore segment": v.T("Brought a segment back"),
		"open deal": v.T("Opened a deal"), "move deal": v.T("Moved a deal"), "win deal": v.T("Won a deal"), "lose deal": v.T("Lost a deal"), "reopen deal": v.T("Opened a deal again"),
		"edit deal": v.T("Changed a deal"), "edit deal fields": v.T("Changed a deal"), "log activity": v.T("Wrote to a journey"), "remove activity": v.T("Took something off a journey"),
		"finish activity": v.T("Ticked something off"), "reopen activity": v.T("Opened a task again"), "restore activity": v.T("Brought something back to a journey"),
		"record payment": v.T("Took a payment"),
		"join user":      v.T("Joined"), "make invitation user": v.T("Invited somebody"), "make reset user": v.T("Made a link for a new password"), "revoke link": v.T("Took a link back"),
		"revoke invitation user": v.T("Took an invitation back"), "revoke reset user": v.T("Took a link for a new password back"),
		"change role user": v.T("Changed a role"), "remove user": v.T("Removed a user"), "rename user": v.T("Changed their name"), "change password user": v.T("Changed a password"),
		"end session user": v.T("Ended a session"), "end other sessions user": v.T("Ended their other sessions"),
		"add passkey user": v.T("Added a passkey"), "rename passkey user": v.T("Renamed a passkey"), "remove passkey user": v.T("Removed a passkey"),
		"switch second step on user": v.T("Switched the second step on"), "switch second step off user": v.T("Switched the second step off"),
		"renew recovery codes user": v.T("Made new recovery codes"), "make token": v.T("Made a token"), "revoke token": v.T("Ended a token"),
		"edit workspace": v.T("Changed the settings"), "add pipeline": v.T("Added a pipeline"), "rename pipeline": v.T("Renamed a pipeline"),
		"add stage": v.T("Added a stage"), "rename stage": v.T("Renamed a stage"), "move stage": v.T("Moved a stage"), "remove stage": v.T("Removed a stage"),
		"add field": v.T("Added a field"), "rename field": v.T("Renamed a field"), "export all": v.T("Exported everything"), "export": v.T("Exported a list"),
	}
	for _, name := range []string{e.Action + " " + e.Entity, e.Action} {
		if text, ok := says[name]; ok {
			return text
		}
	}
	return e.Action + " " + e.Entity
}

// lines are entries with the names of what they are about, as far as it is still here.
func (p pages) lines(r *ui.Request, tx *db.Tx, entries []team.Entry, colleagues map[id.ID]string) ([]Line, error) {
	known, err := p.known(r.Context(), tx, entries)
	if err != nil {
		return nil, err
	}
	maps.Copy(known.names, colleagues)
	lines := make([]Line, len(entries))
	for i, e := range entries {
		said := read(e.Details)
		l := Line{At: e.At, Who: e.Actor, Door: door(r.Voice, e), Did: did(r.Voice, e)}
		if l.Record, l.URL = known.record(e, said); l.Record == e.Actor {
			l.Record = ""
		}
		l.Details = known.details(r.Voice, e, said)
		lines[i] = l
	}
	return lines, nil
}

func door(v ui.Voice, e team.Entry) string {
	switch e.Via {
	case team.Web:
		return v.T("the site")
	case team.API:
		return v.T("a program")
	case team.Command:
		return v.T("the command line")
	}
	return string(e.Via)
}

// known are the names of records and fields by their ids.
type known struct{ names map[id.ID]string }

func (p pages) known(ctx context.Context, tx *db.Tx, entries []team.Entry) (known, error) {
	k := known{map[id.ID]string{}}
	var of []id.ID
	for _, e := range entries {
		of = append(of, e.Record, read(e.Details).id("contact"))
	}
	contacts, err := p.Contacts.Contacts(ctx, tx, of)
	if err != nil {
		return k, err
	}
	companies, err := p.Contacts.Companies(ctx, tx, of)
	if err != nil {
		return k, err
	}
	segments, err := p.Segments.All(ctx, tx)
	if err != nil {
		return k, err
	}
	for _, c := range contacts {
		k.names[c.ID] = c.Name
	}
	for _, c := range companies {
		k.names[c.ID] = c.Name
	}
	for _, s := range segments {
		k.names[s.ID] = s.Name
	}
	for _, entity := range []field.Entity{field.Contact, field.Company, field.Deal} {
		fields, err := p.Fields.All(ctx, tx, entity)
		if err != nil {
			return k, err
		}
		for _, f := range fields {
			k.names[f.ID] = f.Name
		}
	}
	return k, nil
}

// record is what was done to something, by name, and the page where it is shown, if it has one.
func (k known) record(e team.Entry, said details) (name, url string) {
	name, record := k.names[e.Record], e.Record.String()
	switch e.Entity {
	case "contact", "contact fields", "consent":
		url = "/people/" + record
	case "company", "company fields":
		url = "/companies/" + record
	case "segment":
		url = "/people?segment=" + record
	case "activity":
		name, url = k.names[said.id("contact")], "/people/"+said.id("contact").String()
	case "user":
		name = cmp.Or(name, said.text("email"), said.text("name"))
	case "deal", "pipeline", "stage", "field", "token":
		name = said.text("name")
	}
	if k.names[e.Record] == "" && e.Entity != "activity" || name == "" {
		url = ""
	}
	return cmp.Or(name, said.text("name")), url
}

// details are the particulars of a deed, a part each.
func (k known) details(v ui.Voice, e team.Entry, said details) []string {
	if said.edits != nil {
		return k.edits(v, said.edits)
	}
	shown, _ := k.record(e, said)
	if before, after := said.state("before"), said.state("after"); before != nil && after != nil {
		return changes(v, before, after)
	}
	var all []string
	said = said.spoken(v)
	for _, name := range slices.Sorted(maps.Keys(said.parts)) {
		label, text := particular(v, name), said.words(v, e.Action, name)
		if label != "" && text != "" && text != "0" && text != shown {
			all = append(all, turned(v, label, "", text))
		}
	}
	return all
}
