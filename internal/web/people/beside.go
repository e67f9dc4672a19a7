package people

import (
	"net/url"
	"strconv"
	"strings"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/web/ui"
)

// Beside is where a person stands on the list that they were opened from, and who stands beside them there.
type Beside struct {
	Place, Of  int
	List       string // back to the list
	Prev, Next string // "" where there is nobody
}

// stand is a person's place on a list, as addresses carry it: the list's own address, the row from 1, and how many there are.
type stand struct {
	list   string
	at, of int
}

// standOf reads the place that an address carries; at is 0 where it carries none.
func standOf(r *ui.Request) stand {
	number := func(name string) int {
		n, _ := strconv.Atoi(r.FormValue(name)) // what is no number is no place
		return max(n, 0)
	}
	return stand{r.FormValue("in"), number("row"), number("rows")}
}

// add makes an address carry the place.
func (s stand) add(to string) string {
	if s.at == 0 {
		return to
	}
	between := "?"
	if strings.Contains(to, "?") {
		between = "&"
	}
	return to + between + url.Values{"in": {s.list}, "row": {strconv.Itoa(s.at)}, "rows": {strconv.Itoa(s.of)}}.Encode()
}

// url is a person's address with the place that they have.
func (s stand) url(of id.ID) string { return s.add("/people/" + of.String()) }

// beside finds the neighbours of a person on the list that they were opened from.
func (p pages) beside(r *ui.Request, of id.ID) (*Beside, error) {
	here := standOf(r)
	if here.at == 0 {
		return nil, nil
	}
	if err := glance.CatchUp(r.Context(), p.DB, r.Workspace.ID); err != nil {
		return nil, err
	}
	b := &Beside{Place: here.at, Of: max(here.of, here.at), List: "/people"}
	if here.list != "" {
		b.List += "?" + here.list
	}
	asked, err := url.ParseQuery(here.list)
	if err != nil {
		return nil, nil // an address that nobody was given
	}
	err = r.Read(func(tx *db.Tx) error {
		v, err := p.viewOf(r, tx, asked)
		if err != nil {
			return err
		}
		before, after, err := segment.Beside(r.Context(), tx, v.scope, v.query, of)
		b.Prev, b.Next = "", ""
		if before != 0 && here.at > 1 {
			b.Prev = stand{here.list, here.at - 1, here.of}.url(before)
		}
		if after != 0 {
			b.Next = stand{here.list, here.at + 1, max(here.of, here.at+1)}.url(after)
		}
		return err
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return nil, nil // the list's segment or field is gone
	}
	return b, err
}
