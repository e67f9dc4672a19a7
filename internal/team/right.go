package team

import (
	"slices"

	"tandem/internal/fault"
	"tandem/internal/id"
)

// Role is what a member of a workspace is there for, and so what they may do.
type Role string

// The roles. One person may be there for both wings.
const (
	Owner     Role = "owner"
	Manager   Role = "manager"
	Marketing Role = "marketing"
	Sales     Role = "sales"
	Both      Role = "both"
	Viewer    Role = "viewer"
)

// Roles are all roles, the one with the most rights first.
func Roles() []Role { return []Role{Owner, Manager, Both, Marketing, Sales, Viewer} }

// Right is something that some roles may do and others may not.
type Right string

// The rights. Everyone reads everything but secrets.
const (
	Read           Right = "read"
	WritePeople    Right = "write_people"    // contacts, companies, consents, tags, segments, notes and tasks
	WriteMarketing Right = "write_marketing" // costs, campaigns, marketing's touches
	WriteSales     Right = "write_sales"     // deals, calls, meetings, visits, payments
	Refund         Right = "refund"          // give money back
	ManageUsers    Right = "manage_users"    // members, roles, invitations, other people's tokens
	ManageSettings Right = "manage_settings" // the workspace, its pipelines and fields
	Erase          Right = "erase"           // remove a person for good
	ExportAll      Right = "export_all"      // take everything out
)

// Rights are all rights.
func Rights() []Right {
	return []Right{Read, WritePeople, WriteMarketing, WriteSales, Refund, ManageUsers, ManageSettings, Erase, ExportAll}
}

// May reports whether the role has the right. An unknown role has none.
func (r Role) May(right Right) bool {
	switch r {
	case Owner, Manager:
		return slices.Contains(Rights(), right)
	case Both:
		return slices.Contains([]Right{Read, WritePeople, WriteMarketing, WriteSales}, right)
	case Marketing:
		return slices.Contains([]Right{Read, WritePeople, WriteMarketing}, right)
	case Sales:
		return slices.Contains([]Right{Read, WritePeople, WriteSales}, right)
	case Viewer:
		return right == Read
	}
	return false
}

// Actor is who does something: a signed-in member, a program with a token, or the person at the machine's own command line. Every use case
// that writes for somebody takes one, and asks it first.
type Actor struct {
	User  id.ID  // 0 at the command line
	Name  string // as colleagues see it
	Role  Role
	Token id.ID   // the API token it acts by, 0 for none
	Only  []Right // what the token is limited to, besides the role; nil is no limit
	Via   Door
}

// Door is the way by which an actor came in.
type Door string

// The doors.
const (
	Web     Door = "web"
	API     Door = "api"
	Command Door = "command"
)

// Console is the actor at the machine's own command line: whoever can open the database file may do everything.
func Console() Actor { return Actor{Name: "command line", Role: Owner, Via: Command} }

// May reports whether the actor has the right.
func (a Actor) May(right Right) bool {
	return a.Role.May(right) && (a.Only == nil || slices.Contains(a.Only, right))
}

// Check is a fault.Forbidden if the actor lacks any of the rights.
func (a Actor) Check(rights ...Right) error {
	for _, right := range rights {
		if a.Role.May(right) && !a.May(right) {
			return fault.Forbiddenf("this token may not do this").WithMend("make one that may: %s", string(right))
		}
		if !a.May(right) {
			return fault.Forbiddenf("you may not do this as %s", fault.Message{Format: a.Role.Label()}).
				WithMend("ask an owner or a manager of the workspace")
		}
	}
	return nil
}

// Label is the role as people say it.
func (r Role) Label() string {
	switch r {
	case Owner:
		return "owner"
	case Manager:
		return "manager"
	case Marketing:
		return "marketing"
	case Sales:
		return "sales"
	case Both:
		return "marketing and sales"
	case Viewer:
		return "viewer"
	}
	return "a stranger"
}
