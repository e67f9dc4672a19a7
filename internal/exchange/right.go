package exchange

import (
	"tandem/internal/id"
	"tandem/internal/team"
)

// MayImport reports whether somebody may bring in, and take back, a kind: people and companies whoever writes people, touches either wing as well,
// deals and payments sales, costs and rates marketing.
func MayImport(by team.Actor, kind Kind) bool { return mayImport(by, kind) == nil }

func mayImport(by team.Actor, kind Kind) error {
	switch kind {
	case Contacts, Companies:
		return by.Check(team.WritePeople)
	case Deals, Payments:
		return by.Check(team.WriteSales)
	case Costs, Rates:
		return by.Check(team.WriteMarketing)
	}
	if by.May(team.WriteSales) {
		return by.Check(team.WritePeople)
	}
	return by.Check(team.WritePeople, team.WriteMarketing)
}

// deed is what the trail of who changed what says of an import.
func (r *run) deed(action string) team.Deed {
	return team.Deed{Action: action, Entity: string(r.Kind), Record: r.ID, Detail: struct {
		File    string `json:"file"`
		Rows    int64  `json:"rows"`
		Created int64  `json:"created"`
		Updated int64  `json:"updated"`
		Import  id.ID  `json:"import"`
	}{r.File, r.RowsDone, r.Created, r.Updated, r.ID}}
}
