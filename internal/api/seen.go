package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/clock"
	"tandem/internal/fault"
)

// versioned is a record that says in which state it is.
type versioned interface{ version() time.Time }

func (c Contact) version() time.Time { return c.UpdatedAt }
func (c Company) version() time.Time { return c.UpdatedAt }
func (x Deal) version() time.Time    { return x.UpdatedAt }
func (s Segment) version() time.Time { return s.UpdatedAt }

// tag is the ETag of a record (RFC 9110, section 8.8.3), "" for what has no states.
func tag(of any) string {
	if v, ok := of.(versioned); ok {
		return `"` + strconv.FormatInt(int64(clock.Of(v.version())), 10) + `"`
	}
	return ""
}

// Seen says in which state a record was read that is now changed.
type Seen struct {
	IfMatch string `header:"If-Match" maxLength:"40" doc:"The ETag that came with the record: if somebody has changed it since, the answer is 412. In place of updated_at"`
}

// Matching asks for a change of a record only as it was read.
type Matching struct {
	IfMatch string `header:"If-Match" maxLength:"40" doc:"The ETag that came with the record: if somebody has changed it since, the answer is 412. Left out, what is named is changed in any case"`
}

// on refuses a record that is no longer as it was read.
func (m Matching) on(record versioned) error {
	if m.IfMatch == "" || m.IfMatch == "*" || m.IfMatch == tag(record) {
		return nil
	}
	return huma.NewError(http.StatusPreconditionFailed, "somebody has changed this since you read it")
}

// at is the state that the caller saw: of the header, else as the body has it. Without either nothing is changed.
func (s Seen) at(updated time.Time) (clock.Micros, error) {
	if s.IfMatch == "" && updated.IsZero() {
		return 0, huma.NewError(http.StatusPreconditionRequired, "send updated_at as it was read, or If-Match, so that nobody's change is lost")
	}
	if s.IfMatch == "" {
		return clock.Of(updated), nil
	}
	n, err := strconv.ParseInt(strings.Trim(s.IfMatch, `"`), 10, 64)
	if err != nil {
		return 0, huma.NewError(http.StatusPreconditionFailed, "this is no ETag of the record")
	}
	return clock.Micros(n), nil
}

// late is a conflict as whoever sent If-Match expects it (RFC 9110, section 13.1.1).
func (d *door) late(s Seen, err error) error {
	if s.IfMatch == "" || !fault.Is(err, fault.Conflict) {
		return err
	}
	text, _ := d.say.Fault(err)
	return huma.NewError(http.StatusPreconditionFailed, text)
}
